package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.HostTime;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.SchedStat;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Step;
import dev.salvo.workloads.kernel.TlbFlush;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * One run of a {@link Workload} on one machine: senders make TLBs forget, operation after operation, while the other
 * cores idle or suffer.
 *
 * <p>Core 0 is the first sender and belongs to the calling thread: {@link #start}, then {@link #operation} as often as
 * one likes or {@link #window} once, then {@link #finish}, all by that thread. The other senders run operations of their
 * own from {@code start} to {@code finish}.
 *
 * <p>On a paced clock every time that is told or returned is the carried machine's, unless it is said to be the host's:
 * wall-clock, divided by the dilation.
 */
public final class Experiment implements AutoCloseable {
    /** Of so many shootdowns one is recorded, where not all are. */
    public static final int RECORDED_EVERY = 64;

    /** What is being measured. One of these per process: they load different classes. */
    public enum Measure {
        /** Whole lists, nothing taken apart. */
        TOTAL,
        /** Every TLBI, DSB and flush function timed. */
        SPLIT,
        /** As for the total, on cores that record some of the first sender's shootdowns. */
        RECORDED,
        /** The same, but all of them. */
        RECORDED_EACH,
        /** TLBI and DSB left out, over frames that are never used for another page: what victims do undisturbed. */
        CONTROL
    }

    /** Host nanoseconds before a paced clock is started, and again after, so that the host's compiler has done its work. */
    private static final long WARM_UP = 400_000_000;

    /**
     * The dilation of a warm-up by whole operations, or the clock's own if that is less: hundreds of them in its time, each
     * with all waits and refusals of those that will be measured, whose code is compiled again when it first comes to them.
     */
    private static final double WARM_UP_DILATION = 100;

    /** How much longer than its time it may take until the host's compiler rests. */
    private static final int LONGEST_WARM_UP = 10;

    /** Shootdowns of each sender but core 0 that a warm-up has at the least. */
    static final int FEWEST_WARM_UPS = 3;
    /** Events of each core that are kept where it records, 64 KiB: a few hundred shootdowns, or tens of batches. */
    private static final int RECORDED_EVENTS = 2048;

    private final ExperimentSpec spec;
    private final WorkloadModel model;
    private final Measure measure;
    private final Machine machine;
    private final Kernel kernel;
    private final Pacing pacing;
    private final long warmUp;
    private final long madeAt = System.nanoTime();
    private final Population population;
    private final List<Sender> senders;
    /** The core of the first sender: core 0, unless that has to watch the time, since senders' steps can take longer. */
    private final int firstSender;

    private Core core;
    private long startNanos;
    private List<Reading> before;
    private List<Long> accessesBefore;
    private CoreCounts countsBefore;
    private Histogram ackDelaysBefore;
    private long slipBefore;
    private Histogram overrunsBefore;

    /** What one core has done, and how long the host ran it for that. */
    private record Reading(long accesses, SchedStat stat) {
    }

    /**
     * What a run found, as sums, so that runs can be added up before anything is divided.
     *
     * @param nanos          from start to finish, or of the window
     * @param pagesByFinish  paged out by all senders until then
     * @param pages          paged out by all senders, until they stopped: what the senders' sums below belong to
     * @param ofSenders      what the senders' cores did for them
     * @param issueNanos     the senders' time in TLBI; 0 unless split
     * @param waitNanos      the senders' time in DSB; 0 unless split
     * @param flushNanos     the senders' time in the flush functions, of workloads other than the seed in TLBI and DSB;
     *                       0 unless split
     * @param programNanos   the senders' time in operations
     * @param counts         what all cores did from start to finish; of other threads' cores, a moment old
     * @param runDelayNanos  time that the cores' threads were runnable and had no CPU
     * @param victimAccesses accesses of the cores that do not send
     * @param victimNanos    their time on a CPU
     * @param ackDelays      delays from issue to acknowledgement, ns; empty unless split
     * @param staleUses      accesses through a stale translation, from the machine's beginning
     * @param hostCpus       CPUs that the cores' threads were pinned to
     * @param paced          what is to be known of a paced clock; null if native
     */
    public record Outcome(double nanos, long pagesByFinish, long pages, CoreCounts ofSenders, double issueNanos,
                          double waitNanos, double flushNanos, double programNanos, CoreCounts counts,
                          long runDelayNanos, long victimAccesses, double victimNanos, Histogram ackDelays,
                          long staleUses, int hostCpus, Paced paced) {
        /**
         * TLBIs issued per page.
         *
         * @return NaN if no page was paged out
         */
        public double tlbiPerPage() {
            return (double) ofSenders.tlbis() / pages;
        }

        /**
         * {@code dsb(ish)} executed per page.
         *
         * @return NaN if no page was paged out
         */
        public double dsbIshPerPage() {
            return (double) ofSenders.dsbIsh() / pages;
        }

        /**
         * {@code dsb(ishst)} executed per page.
         *
         * @return NaN if no page was paged out
         */
        public double dsbIshstPerPage() {
            return (double) ofSenders.dsbIshst() / pages;
        }

        /**
         * Share of the senders' time that went into the flush functions.
         *
         * @return 0..1; 0 unless split
         */
        public double flushShare() {
            return flushNanos / programNanos;
        }
    }

    /**
     * How a paced clock kept time.
     *
     * @param hostNanos the host's time for all of it, the making of the machine included
     * @param slipNanos by how much messages were sent later than could be made up for, all of them together: the
     *                  machine's time
     * @param overruns  by how much waits of any core ended late, host nanoseconds; most of it is made up for
     */
    public record Paced(long hostNanos, double slipNanos, Histogram overruns) {
    }

    /**
     * Sets the experiment up; nothing runs yet.
     *
     * @param spec           the point
     * @param measure        what is being measured
     * @param operationNanos for each core that sends, told how long each of its operations took, host nanoseconds, on its
     *                       thread, or at the end where steps are parts of operations
     */
    public Experiment(ExperimentSpec spec, Measure measure, IntFunction<LongConsumer> operationNanos) {
        this(spec, measure, operationNanos, HostTopology.read(), HostTime.REAL, WARM_UP);
    }

    /** The same on a host, in a time and with a warm-up that a test gives. */
    Experiment(ExperimentSpec spec, Measure measure, IntFunction<LongConsumer> operationNanos, HostTopology host,
                      HostTime time, long warmUp) {
        this.warmUp = warmUp;
        this.spec = spec;
        this.measure = measure;
        pacing = spec.pacing();
        model = WorkloadModel.of(spec.workload());
        firstSender = model.firstSender(spec);
        TlbFlush flush = spec.flush();
        kernel = switch (measure) {
            // A paced core takes its times anyway, and what the host needs for that is not the machine's.
            case TOTAL, RECORDED, RECORDED_EACH -> new Kernel(pacing.isPaced() ? flush.timed() : flush, spec.linux());
            case SPLIT -> new Kernel(flush.timed(), spec.linux());
            case CONTROL -> Kernel.control(flush.deferral(), spec.linux());
        };
        MachineSpec hardware = kernel.hardware(MachineSpec.of(spec.cores()).adopted(1).interconnect(spec.interconnect())
            .capacity(spec.ring()).idle(spec.idle()).placement(spec.placement()).clock(pacing.clock().in(time))
            .timed(measure == Measure.SPLIT).frames(id -> Population.framesOf(spec, id)));
        machine = new Machine(switch (measure) {
            case RECORDED -> hardware.recorded(firstSender, RECORDED_EVERY, RECORDED_EVENTS);
            case RECORDED_EACH -> hardware.recorded(firstSender, 1, RECORDED_EVENTS);
            case TOTAL, SPLIT, CONTROL -> hardware;
        }, host);
        population = new Population(spec, kernel, operationNanos);
        senders = population.senders();
        kernel.boot(machine);
    }

    /**
     * How many cores send.
     *
     * @param spec the point
     * @return as many as senders, or as they have children
     */
    public static int sendingCores(ExperimentSpec spec) {
        return WorkloadModel.of(spec.workload()).sendingCores(spec);
    }

    /**
     * The core whose shootdowns are recorded where some are.
     *
     * @return the first that sends: core 0, unless that has to watch the time
     */
    public int firstSender() {
        return firstSender;
    }

    /**
     * Starts the machine, with the calling thread as core 0, lets every sender prepare its memory, and then lets all
     * begin at once.
     */
    public void start() {
        machine.start();
        core = machine.adopt(0);
        for (int sender = 1 - firstSender; sender < senders.size(); sender++) {
            machine.run(firstSender + sender, senders.get(sender));
        }
        if (firstSender == 0) {
            senders.get(0).makeReady(core);
            for (long begun = System.nanoTime(); pacing.isPaced() && System.nanoTime() - begun < warmUp; ) {
                senders.get(0).operate(core);
            }
        }
        for (Sender sender : senders) {
            idleUntil(core, sender::isReady);
        }
        ackDelaysBefore = ackDelays();
        for (int user = 0; user < population.users().size(); user++) {
            machine.run(firstSender + senders.size() + user, population.users().get(user));
        }
        for (UserLoop user : population.users()) {
            idleUntil(core, user::isReady); // it faults its memory in, which is not what it suffers from
        }
        if (pacing.isPaced()) {
            senders.forEach(Sender::keepDone);
        }
        boolean warmsUp = pacing.isPaced() && warmUp > 0 && measure != Measure.CONTROL; // where nobody is ever disturbed
        if (warmsUp) {
            machine.dilate(Math.min(WARM_UP_DILATION, pacing.dilation()));
            machine.startClock();
            HostCompiler compiler = HostCompiler.ofThisJvm();
            long begun = System.nanoTime();
            warmUp(Sender.WarmUp.OPERATIONS,
                () -> isOver(warmUp, begun) && compiler.rests() || isOver(LONGEST_WARM_UP * warmUp, begun));
            machine.stopClock();
            machine.dilate(pacing.dilation());
        }
        machine.startClock();
        if (warmsUp) {
            long begun = System.nanoTime();
            warmUp(Sender.WarmUp.SHOOTDOWNS, () -> isOver(warmUp, begun) && allAreWarm());
        }
        begin();
        for (Sender sender : senders) {
            sender.go();
        }
    }

    private static boolean isOver(long nanos, long begun) {
        return System.nanoTime() - begun >= nanos;
    }

    /** All senders at once, with core 0, as they will be measured; and until all are at rest again. */
    private void warmUp(Sender.WarmUp how, BooleanSupplier over) {
        senders.forEach(sender -> sender.warm(how));
        while (!over.getAsBoolean()) {
            if (firstSender == 0) {
                senders.get(0).warmUp(core, how);
            } else {
                Sender.shootNobodyDown(core);
            }
        }
        senders.forEach(sender -> sender.warm(Sender.WarmUp.NONE));
        for (Sender sender : senders) {
            idleUntil(core, () -> !sender.isWarming());
        }
    }

    /** On a host that is busy with other things the time alone may be over before some have had a turn. */
    private boolean allAreWarm() {
        return senders.stream().skip(1 - firstSender).allMatch(sender -> sender.warmUps() >= FEWEST_WARM_UPS);
    }

    /** A sender. */
    Sender sender(int which) {
        return senders.get(which);
    }

    /**
     * A core idles, and serves its port, until something is so. Without limit: it waits for nobody. Whoever does comes to an end
     * or names the core that is late; how long the others then take for what they do is the host's affair, and on a paced clock
     * the dilation's.
     *
     * @throws dev.salvo.engine.MachineFailedException if a core has died, or was found not to answer
     */
    static void idleUntil(Core core, BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            core.relax();
        }
        core.waited();
    }

    /** What takes a while to read comes first: from the marks on, everything is of the same time. */
    void begin() {
        before = readings();
        countsBefore = machine.counts();
        slipBefore = machine.slipNanos();
        overrunsBefore = overruns();
        accessesBefore = accesses();
        senders.forEach(Sender::mark);
        startNanos = core.time();
    }

    /** Does one operation on core 0, or a part of a long one. */
    public void operation() {
        senders.get(0).operation(core);
    }

    /**
     * On a paced clock: runs for as long as is enough to measure, and if need be for as long before as it takes until the
     * machine is as busy as it will be.
     */
    public void window() {
        model.window(this);
    }

    /** The point. */
    ExperimentSpec spec() {
        return spec;
    }

    /** So many operations of core 0. */
    void operations(int count) {
        for (int i = 0; i < count; i++) {
            operation();
        }
    }

    /** Operations of core 0 for so long, the carried machine's nanoseconds. */
    void operationsFor(double nanos) {
        long begun = core.time();
        while (isWithin(nanos, begun)) {
            operation();
        }
    }

    /** Core 0 idles, and serves its port, for so long. */
    void watch(double nanos) {
        long begun = core.time();
        idleUntil(core, () -> !isWithin(nanos, begun));
    }

    private boolean isWithin(double nanos, long begun) {
        return core.time() - begun < nanos * pacing.dilation();
    }

    /**
     * About how long {@link #window} takes on a paced clock, for estimates of the time that is left.
     *
     * @param spec a point on a paced clock
     * @return the carried machine's nanoseconds
     */
    public static double expectedWindowNanos(ExperimentSpec spec) {
        return WorkloadModel.of(spec.workload()).expectedNanos(spec,
            ClosedForm.idleShootdown(spec.pacing().profile(), spec.cores()));
    }

    /**
     * Whether several TLBIs of a sender are under way at once on a paced clock, so that a message that is late makes less of
     * them late.
     *
     * @param spec a point on a paced clock
     * @return whether they are
     */
    public static boolean isPipelined(ExperimentSpec spec) {
        return WorkloadModel.of(spec.workload()).isPipelined(spec);
    }

    /**
     * Stops the machine and adds up.
     *
     * @return what was found
     */
    public Outcome finish() {
        // When a paced clock is stopped, senders go on for nothing; and where steps are parts, time is looked at in between:
        // there sums are taken now, a moment old.
        boolean soon = pacing.isPaced() || senders.get(0).isInParts();
        if (soon) {
            senders.forEach(Sender::end);
        }
        long now = core.time();
        long nanos = now - startNanos;
        Sums early = soon ? sums(now) : null;
        long pagesByFinish = soon ? early.pagesByNow : senders.stream().mapToLong(Sender::pages).sum();
        CoreCounts counts = machine.counts().minus(countsBefore);
        Histogram ackDelays = ackDelays(); // before this core looks at files and is late to answer
        ackDelays.subtract(ackDelaysBefore);
        long slip = machine.slipNanos() - slipBefore;
        List<Long> accesses = accesses();
        machine.stopClock();
        List<Reading> after = readingsBeforeClose();
        long runDelay = 0;
        long victimAccesses = 0;
        long victimNanos = 0;
        for (int id = 0; id < spec.cores(); id++) {
            SchedStat spent = after.get(id).stat().minus(before.get(id).stat());
            runDelay += spent.runDelayNanos();
            if (!Population.isSender(spec, id) && id > 0) {
                // On a paced clock a core has a CPU all the time; and when it is stopped, that time is over.
                victimAccesses += pacing.isPaced() ? accesses.get(id) - accessesBefore.get(id)
                    : after.get(id).accesses() - before.get(id).accesses();
                victimNanos += pacing.isPaced() ? nanos : spent.runNanos();
            }
        }
        // The machine rests: what senders did in their last, unfinished moment is in these sums on both sides.
        Sums of = early != null ? early : sums(now);
        double scale = pacing.dilation();
        return new Outcome(nanos / scale, pagesByFinish, of.pages, of.counts, of.issueNanos / scale,
            of.waitNanos / scale, of.flushNanos / scale, of.programNanos / scale, counts, runDelay, victimAccesses,
            victimNanos / scale, ackDelays, machine.counts().staleUses(), machine.placement().cpus(),
            pacing.isPaced() ? paced(slip / scale) : null);
    }

    /**
     * What all senders have done, and taken for it, host nanoseconds.
     *
     * @param pagesByNow pages until now, those of unfinished operations estimated by what the finished ones took
     */
    private record Sums(long pages, long pagesByNow, CoreCounts counts, long programNanos, long issueNanos, long waitNanos,
                        long flushNanos) {
    }

    private Sums sums(long now) {
        if (senders.get(0).isInParts()) {
            return sumsOfParts(now);
        }
        long pages = 0;
        double pagesByNow = 0;
        long programNanos = 0;
        long flushNanos = 0;
        long issueNanos = 0;
        long waitNanos = 0;
        CoreCounts counts = CoreCounts.NONE;
        for (Sender sender : senders) {
            Sender.Done done = sender.done();
            if (done == null) {
                continue; // it has not come to the end of one
            }
            pages += done.pages();
            pagesByNow += (double) done.pages() * (now - startNanos) / (done.at() - startNanos);
            programNanos += done.programNanos();
            flushNanos += done.flushNanos();
            counts = counts.plus(done.counts());
            issueNanos += done.issueNanos();
            waitNanos += done.waitNanos();
        }
        return new Sums(pages, Math.round(pagesByNow), counts, programNanos, issueNanos, waitNanos,
            model.timesFlushFunctions() ? flushNanos : issueNanos + waitNanos);
    }

    private Sums sumsOfParts(long now) {
        double round = ProtectLoop.roundNanos(senders, now);
        senders.get(0).tell(Math.round(round));
        long programNanos = 0;
        long issueNanos = 0;
        long waitNanos = 0;
        CoreCounts counts = CoreCounts.NONE;
        for (Sender sender : senders) {
            Sender.Done done = sender.soFar();
            programNanos += sender.nanosSinceMark(now);
            counts = counts.plus(done.counts());
            issueNanos += done.issueNanos();
            waitNanos += done.waitNanos();
        }
        long pages = Math.round(programNanos / round * ProtectLoop.PAGES);
        return new Sums(pages, pages, counts, programNanos, issueNanos, waitNanos, issueNanos + waitNanos);
    }

    private Paced paced(double slip) {
        Histogram overruns = overruns();
        overruns.subtract(overrunsBefore);
        return new Paced(System.nanoTime() - madeAt, slip, overruns);
    }

    /** By how much waits of all cores have ended late, from the machine's beginning; of running ones a moment old. */
    private Histogram overruns() {
        Histogram overruns = new Histogram(60_000_000_000L, 2);
        for (int id = 0; pacing.isPaced() && id < spec.cores(); id++) {
            overruns.add(machine.core(id).lateness());
        }
        return overruns;
    }

    /**
     * How many pages one operation is about: those of a list, of what is unmapped or protected.
     *
     * @param spec the point
     * @return 1 or more
     */
    public static int pagesOfOperation(ExperimentSpec spec) {
        return WorkloadModel.of(spec.workload()).pagesOfOperation(spec);
    }

    private List<Long> accesses() {
        List<Long> accesses = new ArrayList<>();
        for (int id = 0; id < spec.cores(); id++) {
            accesses.add(machine.core(id).counts().accesses());
        }
        return accesses;
    }

    private Histogram ackDelays() {
        Histogram all = new Histogram(60_000_000_000L, 2);
        if (measure == Measure.SPLIT) {
            for (int id = 0; id < spec.cores(); id++) {
                core.serve();
                all.add(machine.core(id).ackDelays());
            }
        }
        return all;
    }

    private List<Reading> readingsBeforeClose() {
        List<Reading> readings;
        try {
            readings = readings();
        } catch (IllegalStateException unreadable) {
            close(); // a core that has died cannot be read, and this throws what it died of
            throw unreadable;
        }
        close();
        return readings;
    }

    /**
     * Reads all cores, each one's two figures together: on a full host it may take many ms to get from one to the next,
     * and a core's accesses must be divided by the time that it made them in.
     */
    private List<Reading> readings() {
        List<Reading> readings = new ArrayList<>();
        for (int id = 0; id < spec.cores(); id++) {
            core.serve();
            SchedStat stat = SchedStat.read(machine.core(id).hostThreadId());
            readings.add(new Reading(machine.core(id).counts().accesses(), stat));
        }
        return readings;
    }

    /**
     * The machine, to look at.
     *
     * @return the machine
     */
    public Machine machine() {
        return machine;
    }

    /** Stops the machine if it is running. */
    @Override
    public void close() {
        machine.close();
    }
}
