package dev.salvo.workloads.program;

import dev.salvo.point.Load;
import dev.salvo.point.PteState;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/**
 * What runs on the machine of a point: which processes and memory there are, which cores send and which compute. Made
 * before the kernel is booted.
 */
final class Population {
    private static final long FIRST_PAGE = 0x7f000;
    private static final long FILE_PAGE = 0x8f000;
    private static final int SPARE_FRAMES = 64;
    private static final int USER_PAGES = 64;

    private final PageOutSpec spec;
    private final Kernel kernel;
    private final List<Sender> senders = new ArrayList<>();
    private final List<UserLoop> users = new ArrayList<>();
    /** One of each sender. */
    private final List<AddressSpace> firstProcesses = new ArrayList<>();

    /**
     * Makes it.
     *
     * @param spec           the point
     * @param kernel         not booted
     * @param operationNanos for each core that sends, told how long its operations took
     */
    Population(PageOutSpec spec, Kernel kernel, IntFunction<LongConsumer> operationNanos) {
        this.spec = spec;
        this.kernel = kernel;
        switch (spec.workload()) {
            case SEED -> makePageOutLoops(operationNanos);
            case MUNMAP -> makeMunmapLoops(operationNanos);
            case PROTECT -> makeProtectLoops(operationNanos);
            case VICTIM -> makeNeighbourLoops(operationNanos);
        }
        for (int id = firstSender(spec) + senders.size(); id < spec.cores() && spec.point().computes(); id++) {
            users.add(user(id));
        }
    }

    /** The senders, one for each core from the first on. */
    List<Sender> senders() {
        return senders;
    }

    /** The user programs, one for each core behind the senders. */
    List<UserLoop> users() {
        return users;
    }

    private void makePageOutLoops(IntFunction<LongConsumer> nanos) {
        int pages = pagesOf(spec);
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
                spec.pte() == PteState.DIRTY, nanos.apply(sender)));
        }
    }

    private void makeMunmapLoops(IntFunction<LongConsumer> nanos) {
        for (int sender = 0; sender < spec.senders(); sender++) {
            AddressSpace process = kernel.newAddressSpace(spec.cores());
            kernel.mmapPrivate(process, FIRST_PAGE, MunmapLoop.PAGES);
            firstProcesses.add(process);
            senders.add(new MunmapLoop(kernel, process, FIRST_PAGE, spec.senders() == 1 && !spec.point().computes(), spec.batch(),
                nanos.apply(sender)));
        }
        kernel.reservePrivatePages(spec.senders() * MunmapLoop.PAGES);
    }

    private void makeNeighbourLoops(IntFunction<LongConsumer> nanos) {
        for (int sender = 0; sender < spec.senders(); sender++) {
            AddressSpace process = kernel.newAddressSpace(spec.cores());
            kernel.mmap(kernel.newSharedMemory(1), process, FIRST_PAGE);
            firstProcesses.add(process);
            senders.add(new NeighbourLoop(kernel, process, FIRST_PAGE, spec.batch(), nanos.apply(sender)));
        }
    }

    /** A sender is an instance here, and its children go to one core after another: to each of them if they suffice. */
    private void makeProtectLoops(IntFunction<LongConsumer> nanos) {
        List<List<ProtectLoop.Child>> byCore = new ArrayList<>();
        for (int core = 0; core < protectingCores(spec); core++) {
            byCore.add(new ArrayList<>());
        }
        int children = childrenOfInstance(spec);
        for (int instance = 0; instance < spec.senders(); instance++) {
            SharedMemory memory = kernel.newSharedMemory(ProtectLoop.PAGES);
            SharedMemory file = kernel.newSharedMemory(ProtectLoop.FILE_PAGES);
            for (int which = 0; which < children; which++) {
                AddressSpace process = kernel.newAddressSpace(spec.cores());
                kernel.mmap(memory, process, FIRST_PAGE);
                kernel.mmap(file, process, FILE_PAGE);
                firstProcesses.add(process);
                byCore.get((instance * children + which) % byCore.size()).add(new ProtectLoop.Child(process, which));
            }
        }
        for (int core = 0; core < byCore.size(); core++) {
            senders.add(new ProtectLoop(kernel, byCore.get(core), FIRST_PAGE, FILE_PAGE, spec.batch(), core,
                nanos.apply(core)));
        }
    }

    /** As many children as there are cores, within limits. */
    private static int childrenOfInstance(PageOutSpec spec) {
        return Math.max(ProtectLoop.FEWEST_CHILDREN, Math.min(ProtectLoop.MOST_CHILDREN, spec.cores()));
    }

    private static int protectingCores(PageOutSpec spec) {
        return Math.min(spec.cores() - firstSender(spec), spec.senders() * childrenOfInstance(spec));
    }

    /** The core of the first sender: core 0, unless that has to watch the time, since senders' steps can take longer. */
    static int firstSender(PageOutSpec spec) {
        return spec.workload() == Workload.PROTECT && spec.pacing().isPaced() ? 1 : 0;
    }

    /** How many cores send: as many as senders, or as they have children. */
    static int sendingCores(PageOutSpec spec) {
        return spec.workload() == Workload.PROTECT ? protectingCores(spec) : spec.senders();
    }

    private UserLoop user(int id) {
        if (spec.load() == Load.SHARED) {
            return new UserLoop(firstProcesses.get(id % spec.senders()), FIRST_PAGE, sharedPages());
        }
        AddressSpace own = kernel.newAddressSpace(spec.cores());
        kernel.mmap(kernel.newSharedMemory(USER_PAGES), own, FIRST_PAGE);
        return new UserLoop(own, FIRST_PAGE, USER_PAGES);
    }

    private int sharedPages() {
        return switch (spec.workload()) {
            case SEED -> pagesOf(spec);
            case MUNMAP -> throw new IllegalArgumentException("load shared: the workload munmap takes its memory away");
            case PROTECT -> ProtectLoop.PAGES;
            case VICTIM -> 1;
        };
    }

    /** The published memory, or as much more as makes a whole number of lists. */
    private static int pagesOf(PageOutSpec spec) {
        int lists = (PageOutSpec.SEED_PAGES + spec.list() - 1) / spec.list();
        return lists * spec.list();
    }

    /** Whether a core sends. */
    static boolean isSender(PageOutSpec spec, int id) {
        return id >= firstSender(spec) && id < firstSender(spec) + sendingCores(spec);
    }

    /** How many frames a core's bank must have. */
    static int framesOf(PageOutSpec spec, int id) {
        if (!isSender(spec, id)) {
            return spec.point().computes() ? USER_PAGES + SPARE_FRAMES : 0;
        }
        return SPARE_FRAMES + switch (spec.workload()) {
            case SEED -> pagesOf(spec) + spec.batch(); // what waits for its flush has a successor already
            case MUNMAP -> MunmapLoop.PAGES;
            case PROTECT -> framesOfInstances(spec);
            case VICTIM -> 1;
        };
    }

    /** Whoever of an instance touches a page first gives it a frame: that may be any of its cores. */
    private static int framesOfInstances(PageOutSpec spec) {
        int children = childrenOfInstance(spec);
        int instancesOfCore = (spec.senders() * children + protectingCores(spec) - 1) / protectingCores(spec);
        return instancesOfCore * (ProtectLoop.PAGES + ProtectLoop.FILE_PAGES);
    }
}
