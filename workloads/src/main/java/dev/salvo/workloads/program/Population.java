package dev.salvo.workloads.program;

import dev.salvo.point.Load;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/**
 * What runs on the machine of a point: which cores send, as the {@link WorkloadModel} says, and which compute. Made before
 * the kernel is booted.
 */
final class Population {
    /** Where every process maps the memory that matters. */
    static final long FIRST_PAGE = 0x7f000;
    private static final int SPARE_FRAMES = 64;
    private static final int USER_PAGES = 64;

    private final ExperimentSpec spec;
    private final Kernel kernel;
    private final IntFunction<LongConsumer> operationNanos;
    private final List<Sender> senders;
    private final List<UserLoop> users = new ArrayList<>();
    private final List<AddressSpace> shareable = new ArrayList<>();

    /**
     * Makes it.
     *
     * @param spec           the point
     * @param kernel         not booted
     * @param operationNanos for each core that sends, told how long its operations took
     */
    Population(ExperimentSpec spec, Kernel kernel, IntFunction<LongConsumer> operationNanos) {
        this.spec = spec;
        this.kernel = kernel;
        this.operationNanos = operationNanos;
        WorkloadModel model = WorkloadModel.of(spec.workload());
        senders = model.senders(this);
        for (int id = model.firstSender(spec) + senders.size(); id < spec.cores() && spec.point().computes(); id++) {
            users.add(user(id, model));
        }
    }

    /** The point. */
    ExperimentSpec spec() {
        return spec;
    }

    /** The kernel, not booted. */
    Kernel kernel() {
        return kernel;
    }

    /** Who is told how long the operations of a core that sends took, counted from the first such core. */
    LongConsumer operationNanos(int sender) {
        return operationNanos.apply(sender);
    }

    /** While senders are made: that user programs may run over the memory of a process, where that is their load. */
    void canBeShared(AddressSpace process) {
        shareable.add(process);
    }

    /** The senders, one for each core from the first on. */
    List<Sender> senders() {
        return senders;
    }

    /** The user programs, one for each core behind the senders. */
    List<UserLoop> users() {
        return users;
    }

    private UserLoop user(int id, WorkloadModel model) {
        if (spec.load() == Load.SHARED) {
            return new UserLoop(shareable.get(id % spec.senders()), FIRST_PAGE, model.sharedPages(spec));
        }
        AddressSpace own = kernel.newAddressSpace(spec.cores());
        kernel.mmap(kernel.newSharedMemory(USER_PAGES), own, FIRST_PAGE);
        return new UserLoop(own, FIRST_PAGE, USER_PAGES);
    }

    /** Whether a core sends. */
    static boolean isSender(ExperimentSpec spec, int id) {
        WorkloadModel model = WorkloadModel.of(spec.workload());
        int first = model.firstSender(spec);
        return id >= first && id < first + model.sendingCores(spec);
    }

    /** How many frames a core's bank must have. */
    static int framesOf(ExperimentSpec spec, int id) {
        if (!isSender(spec, id)) {
            return spec.point().computes() ? USER_PAGES + SPARE_FRAMES : 0;
        }
        return SPARE_FRAMES + WorkloadModel.of(spec.workload()).framesOfSender(spec);
    }
}
