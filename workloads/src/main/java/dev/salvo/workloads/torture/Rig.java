package dev.salvo.workloads.torture;

import dev.salvo.engine.Core;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.StaleUse;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.SharedMemory;
import dev.salvo.workloads.kernel.TlbFlush;
import dev.salvo.workloads.program.Mechanism;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One machine under torture: built from a configuration, with its kernel, its processes and the model of their memory.
 * Made and looked at by an outside thread; its programs run on its cores.
 */
final class Rig implements AutoCloseable {
    static final long PRIVATE_PAGE = 0x10000;
    static final long SHARED_PAGE = 0x20000;

    /** What the programs do: {@link #phase}. */
    static final int RUN = 0;
    static final int CHECK = 1;

    final Configuration configuration;
    final Kernel kernel;
    final Machine machine;
    final SharedMemory sharedMemory;
    final Region shared;

    /** A slot is null while nobody is in it. Set by forks and exits, read by all. */
    final AtomicReferenceArray<TortureProcess> processes;

    /** Bits of a page's index in {@link #watched}; the slot of its process stands above them. */
    static final int PAGE_BITS = 16;
    static final int NOTHING = -1;

    /** The page of private memory that some core is watching, or {@link #NOTHING}. */
    final AtomicInteger watched = new AtomicInteger(NOTHING);

    /** Cores that have checked their bytes and rest. */
    final AtomicInteger resting = new AtomicInteger();

    /** Events of all cores together, and of one: so many are kept of a machine that is recorded. */
    private static final int MOST_EVENTS = 1 << 16;
    private static final int MOST_EVENTS_OF_A_CORE = 1 << 12;

    private final WatchedFlush flush;
    private final TortureProgram[] programs;
    private final long[] cursors;
    private final long patienceNanos;
    private volatile int phase = RUN;

    /**
     * Builds the machine; it does not run yet.
     *
     * @param configuration what to build
     * @param patienceNanos how long a core waits, with a CPU of its own
     * @param recorded      whether its cores record what they do
     */
    Rig(Configuration configuration, long patienceNanos, boolean recorded) {
        this.configuration = configuration;
        this.patienceNanos = patienceNanos;
        int cores = configuration.cores();
        TlbFlush how = Mechanism.ARM64.flush(configuration.strategy());
        flush = new WatchedFlush(how.arch(), cores, configuration.alwaysOnline());
        kernel = Kernel.forTorture(new TlbFlush(flush, how.deferral()), configuration.fault().kernel(),
            configuration.asids());
        sharedMemory = kernel.newSharedMemory(configuration.sharedPages());
        shared = new Region(configuration.sharedPages(), cores);
        processes = new AtomicReferenceArray<>(configuration.processes());
        for (int slot = 0; slot < Configuration.LASTING; slot++) {
            AddressSpace mm = kernel.newAddressSpace(cores);
            kernel.mmap(sharedMemory, mm, SHARED_PAGE);
            kernel.mmapPrivate(mm, PRIVATE_PAGE, configuration.privatePages());
            processes.set(slot, new TortureProcess(mm, new Region(configuration.privatePages(), cores)));
        }
        kernel.reservePrivatePages(configuration.mostPrivatePages());
        MachineSpec hardware = kernel.hardware(MachineSpec.of(cores)
            .interconnect(configuration.interconnect())
            .capacity(configuration.capacity())
            .tlb(configuration.tlb())
            .idle(configuration.idle())
            .dsbSleeps(configuration.dsbSleeps())
            .pteStoreBuffer(configuration.storeBuffer())
            .fault(configuration.fault().hardware())
            .frames(core -> configuration.framesPerCore())
            .patience(patienceNanos));
        machine = new Machine(recorded ? hardware.recorded(0, 1, eventsOfACore(cores)) : hardware);
        kernel.boot(machine);
        programs = new TortureProgram[cores];
        cursors = new long[cores];
        for (int core = 0; core < cores; core++) {
            programs[core] = new TortureProgram(this, core);
        }
    }

    private static int eventsOfACore(int cores) {
        return Math.min(MOST_EVENTS_OF_A_CORE, Integer.highestOneBit(MOST_EVENTS / cores));
    }

    void start() {
        machine.start();
        for (int core = 0; core < programs.length; core++) {
            machine.run(core, programs[core]);
        }
    }

    int phase() {
        return phase;
    }

    /** Ends the random programs: every core checks its bytes once more, then rests. */
    void check() {
        phase = CHECK;
        for (int core = 0; core < programs.length; core++) {
            wake(core);
        }
    }

    /** Takes a core's program away, so that it idles as an idle core does, until {@link #wake}. Called on that core. */
    void nap(int core) {
        machine.run(core, null);
    }

    /** Gives a core its program back. Any thread. */
    void wake(int core) {
        machine.run(core, programs[core]);
    }

    boolean isAtRest() {
        return resting.get() == programs.length;
    }

    /**
     * Looks at what can be seen from outside.
     *
     * @throws Violation                                      if a stale use has been counted, or a cursor has gone back
     * @throws dev.salvo.engine.MachineFailedException if a core has died
     */
    void look() {
        for (int id = 0; id < programs.length; id++) {
            StaleUse stale = machine.core(id).firstStaleUse();
            if (stale != null) {
                throw new Violation(stale.toString());
            }
        }
        long newest = Interconnect.NOTHING; // before the cursors, which only grow: what is out of reach below, is
        for (int id = 0; id < programs.length; id++) {
            newest = Math.max(newest, machine.core(id).issued());
        }
        for (int id = 0; id < configuration.alwaysOnline(); id++) {
            long cursor = machine.interconnect().acknowledged(id, 0);
            if (cursor < cursors[id]) {
                throw new Violation("core " + id + "'s acknowledgements of core 0's operations have gone back from "
                    + cursors[id] + " to " + cursor);
            }
            if (configuration.interconnect() == InterconnectKind.RING && newest - cursor >= configuration.capacity()) {
                throw new Violation("operation " + newest + " is in a ring of " + configuration.capacity()
                    + ", and core " + id + " has acknowledged up to " + cursor
                    + ": one was overwritten before it was read");
            }
            if (cursor != Interconnect.OFFLINE) {
                cursors[id] = cursor;
            }
        }
        machine.checkAlive();
    }

    /** How long to wait for that: longer than any core's patience, however many of them share a CPU. */
    long restNanos() {
        return patienceNanos * (2 + programs.length / 8);
    }

    Violation notAtRest() {
        StringBuilder who = new StringBuilder();
        for (int id = 0; id < programs.length; id++) {
            if (!programs[id].isAtRest()) {
                who.append(who.isEmpty() ? "core " : ", core ").append(id);
            }
        }
        return new Violation("the end of the run is not reached by " + who);
    }

    /** Whether every core that never went offline has served every operation; asked when all are at rest. */
    boolean everythingIsServed() {
        long issued = machine.counts().tlbis();
        for (int id = 0; id < configuration.alwaysOnline(); id++) {
            if (machine.core(id).counts().served() != issued) {
                return false;
            }
        }
        return true;
    }

    /** What {@link #everythingIsServed} has found wrong. */
    Violation notServed() {
        long issued = machine.counts().tlbis();
        StringBuilder who = new StringBuilder();
        for (int id = 0; id < configuration.alwaysOnline(); id++) {
            Core core = machine.core(id);
            if (core.counts().served() != issued) {
                who.append(who.isEmpty() ? "core " : ", core ").append(id).append(" has served ")
                    .append(core.counts().served());
            }
        }
        return new Violation(who + " operations of " + issued + " that were issued: a message was lost or doubled");
    }

    /** System calls made so far, a moment old. */
    long operations() {
        long sum = 0;
        for (TortureProgram program : programs) {
            sum += program.operations();
        }
        return sum;
    }

    WatchedFlush flush() {
        return flush;
    }

    /** What a machine that was recorded has left behind; asked for when it is closed, or that has failed. */
    List<Torture.Recorded> recorded() {
        List<Torture.Recorded> cores = new ArrayList<>();
        for (int id = 0; id < programs.length; id++) {
            boolean ended = machine.isResting(id); // else it would write what is read here
            List<CoreEvent> events = ended ? machine.recorded(id) : List.of();
            cores.add(new Torture.Recorded(machine.placement().cpuOf(id), ended, events));
        }
        return cores;
    }

    /** Stops the machine; throws what {@link Machine#close} throws. */
    @Override
    public void close() {
        machine.close();
    }
}
