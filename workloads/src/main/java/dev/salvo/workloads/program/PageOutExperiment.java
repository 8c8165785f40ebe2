package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.TimedCore;
import dev.salvo.engine.host.SchedStat;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.FlushStrategy;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.SharedMemory;
import dev.salvo.workloads.kernel.TimedFlush;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * One run of the page-out program on one machine: senders page their memory out, list after list, while the other cores
 * idle or suffer.
 *
 * <p>Core 0 is the first sender and belongs to the calling thread: {@link #start}, then {@link #list} as often as one
 * likes, then {@link #finish}, all by that thread. The other senders run lists of their own from {@code start} to
 * {@code finish}.
 */
public final class PageOutExperiment implements AutoCloseable {
    /** What is being measured. One of these per process: they load different classes. */
    public enum Measure {
        /** Whole lists, nothing taken apart. */
        TOTAL,
        /** Every TLBI, DSB and flush function timed. */
        SPLIT,
        /** TLBI and DSB left out, over frames that are never used for another page: what victims do undisturbed. */
        CONTROL
    }

    private static final long FIRST_PAGE = 0x7f000;
    private static final int SPARE_FRAMES = 64;
    private static final int USER_PAGES = 64;

    private final PageOutSpec spec;
    private final Measure measure;
    private final Machine machine;
    private final List<PageOutLoop> senders = new ArrayList<>();
    private final List<UserLoop> users = new ArrayList<>();

    private Core core;
    private long startNanos;
    private List<Reading> before;
    private CoreCounts countsBefore;
    private Histogram ackDelaysBefore;

    /** What one core has done, and how long the host ran it for that. */
    private record Reading(long accesses, SchedStat stat) {
    }

    /**
     * What a run found, as sums, so that runs can be added up before anything is divided.
     *
     * @param nanos          from start to finish
     * @param pagesByFinish  paged out by all senders until then
     * @param pages          paged out by all senders, until they stopped: what the senders' sums below belong to
     * @param ofSenders      what the senders' cores did for them
     * @param issueNanos     the senders' time in TLBI; 0 unless split
     * @param waitNanos      the senders' time in DSB; 0 unless split
     * @param flushNanos     the senders' time in the flush functions; 0 unless split
     * @param programNanos   the senders' time in lists
     * @param counts         what all cores did from start to finish; of other threads' cores, a moment old
     * @param runDelayNanos  time that the cores' threads were runnable and had no CPU
     * @param victimAccesses accesses of the cores that do not send
     * @param victimNanos    their time on a CPU
     * @param ackDelays      delays from issue to acknowledgement, ns; empty unless split
     * @param staleUses      accesses through a stale translation, from the machine's beginning
     * @param hostCpus       CPUs that the cores' threads were pinned to
     */
    public record Outcome(long nanos, long pagesByFinish, long pages, CoreCounts ofSenders, long issueNanos,
                          long waitNanos, long flushNanos, long programNanos, CoreCounts counts, long runDelayNanos,
                          long victimAccesses, long victimNanos, Histogram ackDelays, long staleUses, int hostCpus) {
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
            return (double) flushNanos / programNanos;
        }
    }

    /**
     * Sets the experiment up; nothing runs yet.
     *
     * @param spec      the point
     * @param measure   what is being measured
     * @param listNanos for each sender, told how long each of its lists took, on the sender's thread
     */
    public PageOutExperiment(PageOutSpec spec, Measure measure, IntFunction<LongConsumer> listNanos) {
        this.spec = spec;
        this.measure = measure;
        FlushStrategy strategy = spec.strategy().build();
        Kernel kernel = switch (measure) {
            case TOTAL -> new Kernel(strategy);
            case SPLIT -> new Kernel(new TimedFlush(strategy));
            case CONTROL -> Kernel.control(strategy);
        };
        int pages = pagesOf(spec);
        machine = new Machine(MachineSpec.of(spec.cores()).adopted(1).interconnect(spec.interconnect())
            .capacity(spec.ring()).idle(spec.idle()).placement(spec.placement()).timed(measure == Measure.SPLIT)
            .pageFaults(kernel).frames(id -> framesOf(id, pages)));
        List<AddressSpace> firstProcesses = new ArrayList<>();
        for (int sender = 0; sender < spec.senders(); sender++) {
            SharedMemory memory = kernel.newSharedMemory(pages);
            List<AddressSpace> processes = new ArrayList<>();
            for (int mapping = 0; mapping < spec.mappings(); mapping++) {
                AddressSpace process = kernel.newAddressSpace(spec.cores());
                kernel.mmap(memory, process, FIRST_PAGE);
                processes.add(process);
            }
            firstProcesses.add(processes.get(0));
            senders.add(new PageOutLoop(kernel, memory, processes, FIRST_PAGE, spec.list(), spec.batch(),
                spec.pte() == PteState.DIRTY, listNanos.apply(sender)));
        }
        for (int id = spec.senders(); id < spec.cores() && spec.load() != Load.IDLE; id++) {
            users.add(user(kernel, id, firstProcesses, pages));
        }
        kernel.boot(machine);
    }

    private UserLoop user(Kernel kernel, int id, List<AddressSpace> sendersProcesses, int pages) {
        if (spec.load() == Load.SHARED) {
            return new UserLoop(sendersProcesses.get(id % spec.senders()), FIRST_PAGE, pages);
        }
        AddressSpace own = kernel.newAddressSpace(spec.cores());
        kernel.mmap(kernel.newSharedMemory(USER_PAGES), own, FIRST_PAGE);
        return new UserLoop(own, FIRST_PAGE, USER_PAGES);
    }

    /** The published memory, or as much more as makes a whole number of lists. */
    private static int pagesOf(PageOutSpec spec) {
        int lists = (PageOutSpec.SEED_PAGES + spec.list() - 1) / spec.list();
        return lists * spec.list();
    }

    private int framesOf(int id, int pages) {
        if (id < spec.senders()) {
            return pages + spec.batch() + SPARE_FRAMES; // what waits for its flush has a successor already
        }
        return spec.load() == Load.IDLE ? 0 : USER_PAGES + SPARE_FRAMES;
    }

    /**
     * Starts the machine, with the calling thread as core 0, lets every sender prepare its memory, and then lets all
     * begin at once.
     */
    public void start() {
        machine.start();
        core = machine.adopt(0);
        for (int sender = 1; sender < senders.size(); sender++) {
            machine.run(sender, senders.get(sender));
        }
        senders.get(0).prepare(core);
        for (PageOutLoop sender : senders) {
            while (!sender.isReady()) {
                core.relax(-1); // a start barrier, and it serves its port like any other wait
            }
        }
        core.waited();
        ackDelaysBefore = ackDelays();
        countsBefore = machine.counts();
        for (int user = 0; user < users.size(); user++) {
            machine.run(spec.senders() + user, users.get(user));
        }
        before = readings();
        for (PageOutLoop sender : senders) {
            sender.go();
        }
        startNanos = System.nanoTime();
    }

    /** Does one list on core 0: reads a byte of each page, and pages them out. */
    public void list() {
        senders.get(0).list(core);
    }

    /**
     * Stops the machine and adds up.
     *
     * @return what was found
     */
    public Outcome finish() {
        long nanos = System.nanoTime() - startNanos;
        long pagesByFinish = 0;
        for (PageOutLoop sender : senders) {
            pagesByFinish += sender.pages();
        }
        CoreCounts counts = machine.counts().minus(countsBefore);
        Histogram ackDelays = ackDelays(); // before this core looks at files and is late to answer
        ackDelays.subtract(ackDelaysBefore);
        List<Reading> after = readingsBeforeClose();
        long runDelay = 0;
        long victimAccesses = 0;
        long victimNanos = 0;
        for (int id = 0; id < spec.cores(); id++) {
            SchedStat spent = after.get(id).stat().minus(before.get(id).stat());
            runDelay += spent.runDelayNanos();
            if (id >= spec.senders()) {
                victimAccesses += after.get(id).accesses() - before.get(id).accesses();
                victimNanos += spent.runNanos();
            }
        }
        // The machine rests: what senders did in their last, unfinished moment is in these sums on both sides.
        long pages = 0;
        long programNanos = 0;
        long flushNanos = 0;
        long issueNanos = 0;
        long waitNanos = 0;
        CoreCounts ofSenders = CoreCounts.NONE;
        for (int id = 0; id < senders.size(); id++) {
            PageOutLoop sender = senders.get(id);
            pages += sender.pages();
            programNanos += sender.programNanos();
            flushNanos += sender.flushNanos();
            ofSenders = ofSenders.plus(sender.counts());
            issueNanos += sender.issueNanos();
            waitNanos += sender.waitNanos();
        }
        return new Outcome(nanos, pagesByFinish, pages, ofSenders, issueNanos, waitNanos, flushNanos, programNanos,
            counts, runDelay, victimAccesses, victimNanos, ackDelays, machine.counts().staleUses(),
            machine.placement().cpus());
    }

    private Histogram ackDelays() {
        Histogram all = new Histogram(60_000_000_000L, 2);
        if (measure == Measure.SPLIT) {
            for (int id = 0; id < spec.cores(); id++) {
                core.serve();
                all.add(((TimedCore) machine.core(id)).ackDelays());
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
