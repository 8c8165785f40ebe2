package dev.salvo.workloads.torture;

import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.CoreStuckException;
import dev.salvo.engine.MachineFailedException;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.point.Strategy;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A torture run: one random machine after another, until the time is up and enough has been done, or something is found
 * that must not be. Run by one outside thread.
 */
public final class Torture {
    /** The fewest cores: one alone has nobody to shoot at. */
    public static final int FEWEST_CORES = 2;

    private static final long NANOS_PER_MACHINE = TimeUnit.SECONDS.toNanos(2);
    private static final long MILLIS_PER_LOOK = 20;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    /** With a fault planted a core that waits for ever is what is hoped for, and it need not be waited for so long. */
    private static final long SHORT_PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private final int cores;
    private final long firstSeed;
    private final Strategy strategy;
    private final PlantedFault fault;
    private final boolean recorded;
    private final Consumer<Progress> everySecond;

    private long start;
    private long nextReport;
    private int machines;
    private Totals before = Totals.NONE;
    private Rig rig;
    private List<Recorded> recording = List.of();
    private boolean stuck;
    private int dead;
    private boolean interrupted;

    /**
     * What has been done.
     *
     * @param operations system calls
     * @param shootdowns flushes that were waited for
     * @param tlbis      TLBIs issued
     * @param accesses   loads and stores, each of them checked
     * @param staleUses  accesses through stale translations
     */
    public record Totals(long operations, long shootdowns, long tlbis, long accesses, long staleUses) {
        static final Totals NONE = new Totals(0, 0, 0, 0, 0);

        Totals plus(Totals other) {
            return new Totals(operations + other.operations, shootdowns + other.shootdowns, tlbis + other.tlbis,
                accesses + other.accesses, staleUses + other.staleUses);
        }
    }

    /**
     * How far a run has got.
     *
     * @param nanos        since it began
     * @param machines     machines built, the one that runs included
     * @param totals       what has been done so far, a moment old
     * @param slowestNanos the longest flush since the last report: how long the slowest acknowledgement took
     */
    public record Progress(long nanos, int machines, Totals totals, long slowestNanos) {
    }

    /**
     * What a core of the last machine has recorded.
     *
     * @param cpu    the CPU of the host that carried it
     * @param ended  whether its thread has ended; if not, what it has recorded cannot be read
     * @param events its last events, in the order in which they began
     */
    public record Recorded(int cpu, boolean ended, List<CoreEvent> events) {
    }

    /**
     * How a run has ended.
     *
     * @param nanos         how long it took
     * @param machines      machines built
     * @param totals        what was done
     * @param violation     what must not be and was; null if nothing was found
     * @param configuration of the last machine: the one that the violation was found on
     * @param stuck         whether that one failed because a core was found not to answer: what its cores waited for then
     *                      was late, and else only cut short
     * @param dead          the core whose thread ended of the violation, and with it what all others did; {@link
     *                      MachineFailedException#NOBODY} if it was found otherwise
     * @param recording     what the cores of that one have recorded, core 0 first; empty if they were not to record
     */
    public record Outcome(long nanos, int machines, Totals totals, String violation, Configuration configuration,
                          boolean stuck, int dead, List<Recorded> recording) {
        /**
         * Whether nothing was found.
         *
         * @return true if all that must hold has held
         */
        public boolean clean() {
            return violation == null;
        }
    }

    /**
     * Makes a run.
     *
     * @param cores       how many cores each machine has, from {@value #FEWEST_CORES} to
     *                    {@value dev.salvo.engine.MachineSpec#MAX_CORES}
     * @param firstSeed   what the first machine is chosen by; the next one by the next number
     * @param strategy    the strategy; null for any
     * @param fault       what shall be wrong
     * @param recorded    whether cores shall record what they do, which makes them slower, and changes nothing else
     * @param everySecond told once a second how far it has got, on the thread that runs it
     * @throws IllegalArgumentException if the number of cores is out of range, or if the fault cannot show under the
     *                                  strategy
     */
    public Torture(int cores, long firstSeed, Strategy strategy, PlantedFault fault, boolean recorded,
                   Consumer<Progress> everySecond) {
        this.cores = cores;
        this.firstSeed = firstSeed;
        this.strategy = strategy;
        this.fault = fault;
        this.recorded = recorded;
        this.everySecond = everySecond;
        Configuration.require(cores, strategy, fault);
    }

    /**
     * Runs. When the time is up the last machine is still checked to its end; if the thread is interrupted it is only
     * stopped, and the outcome tells of what was found until then.
     *
     * @param nanos      for how long at least
     * @param operations how many system calls there must have been before it ends, however long they take: a host that
     *                   is busy with other things may not come to one in the time, and then nothing would have been tried
     * @return how it ended
     * @throws UnsuitableHostException if the host has no threads or no memory for a machine, or lets none be pinned
     */
    public Outcome run(long nanos, long operations) {
        start = System.nanoTime();
        nextReport = start + TimeUnit.SECONDS.toNanos(1);
        Configuration configuration;
        String violation;
        do {
            configuration = Configuration.choose(firstSeed + machines, cores, strategy, fault);
            machines++;
            long left = start + nanos - System.nanoTime();
            boolean overtime = left <= 0 && machines > 1;
            violation = torture(configuration, overtime ? NANOS_PER_MACHINE : Math.min(left, NANOS_PER_MACHINE));
        } while (violation == null && !Thread.currentThread().isInterrupted()
            && (System.nanoTime() - start < nanos || before.operations() < operations));
        return new Outcome(System.nanoTime() - start, machines, before, violation, configuration, stuck, dead,
            recording);
    }

    /** One machine; what was found, or null. */
    private String torture(Configuration configuration, long nanos) {
        rig = new Rig(configuration, fault == PlantedFault.NONE ? PATIENCE : SHORT_PATIENCE, recorded);
        stuck = false;
        dead = MachineFailedException.NOBODY;
        String violation = null;
        try {
            rig.start();
            watch(nanos);
        } catch (Violation | CoreStuckException | MachineFailedException found) {
            ended(found);
            violation = describe(found);
        } catch (CancellationException ended) {
            interrupted = true;
        } catch (UnsuitableHostException | OutOfMemoryError unsuitable) { // and no violation
            Rig unfit = rig;
            try (unfit) { // its threads hold what is short
                throw unsuitable;
            }
        }
        try {
            rig.close();
            rig.look();
        } catch (Violation | CoreStuckException | MachineFailedException found) {
            ended(found);
            violation = violation == null ? describe(found) : violation; // the first is the cause of the others
        }
        before = totals();
        recording = recorded ? rig.recorded() : List.of();
        rig = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return violation;
    }

    private void watch(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            lookOnce();
        }
        rig.check();
        // Looks are counted, not time: while the whole process is stopped no core is late.
        long looks = TimeUnit.NANOSECONDS.toMillis(rig.restNanos()) / MILLIS_PER_LOOK;
        for (long look = 0; !rig.isAtRest() || !rig.everythingIsServed(); look++) {
            if (look == looks) {
                throw rig.isAtRest() ? rig.notServed() : rig.notAtRest();
            }
            lookOnce();
        }
    }

    private void lookOnce() {
        try {
            Thread.sleep(MILLIS_PER_LOOK);
        } catch (InterruptedException early) {
            throw new CancellationException(); // the machine is to be stopped, and its threads waited for
        }
        rig.look();
        long now = System.nanoTime();
        if (now >= nextReport) {
            nextReport = now + TimeUnit.SECONDS.toNanos(1);
            everySecond.accept(new Progress(now - start, machines, totals(), rig.flush().takeSlowest()));
        }
    }

    private Totals totals() {
        CoreCounts counts = rig.machine.counts();
        return before.plus(new Totals(rig.operations(), rig.flush().flushes(), counts.tlbis(), counts.accesses(),
            counts.staleUses()));
    }

    /** Notes what the machine failed of, which closing it says once more if something else was found first. */
    private void ended(RuntimeException found) {
        stuck |= found instanceof CoreStuckException || found.getCause() instanceof CoreStuckException;
        if (found instanceof MachineFailedException failed && dead == MachineFailedException.NOBODY) {
            dead = failed.dead();
        }
    }

    /** What was found, in words; null if it is only that the thread was interrupted. */
    private String describe(RuntimeException found) {
        Throwable cause = found.getCause();
        if (found instanceof MachineFailedException && cause instanceof InterruptedException) {
            interrupted = true;
            return null;
        }
        if (cause instanceof Violation || cause instanceof CoreStuckException) {
            return cause.getMessage();
        }
        StringBuilder text = new StringBuilder(found.getMessage());
        if (cause != null) { // nothing that torture looks for: where it came from is all there is to go by
            for (StackTraceElement frame : cause.getStackTrace()) {
                text.append("\n    at ").append(frame);
            }
        }
        return text.toString();
    }
}
