package dev.salvo.workloads.program;

import dev.salvo.point.Axis;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@link ProtectLoop}s: stress-ng's {@code --tlb-shootdown}. One operation is a round of a child's calls. A sender is an
 * instance here, and its children go to one core after another: to each of them if they suffice.
 */
final class ProtectWorkload extends WorkloadModel {
    static final WorkloadModel MODEL = new ProtectWorkload();

    private static final long FILE_PAGE = 0x8f000;

    /** How long it is looked at on a paced clock, ns; and how long the machine runs before, to be as busy as it will be. */
    private static final double WINDOW = 3_000_000;
    private static final double SETTLES = 1_500_000;

    private ProtectWorkload() {
    }

    @Override
    void check(Map<Axis, String> values, boolean paced) {
        ExperimentSpec.require(!paced || ExperimentSpec.number(values, Axis.CORES) > 1,
            "cores 1: must be 2 or more with the workload protect on a paced clock, where core 0 watches the time");
        super.check(values, paced);
    }

    @Override
    List<Sender> senders(Population population) {
        ExperimentSpec spec = population.spec();
        List<List<ProtectLoop.Child>> byCore = new ArrayList<>();
        for (int core = 0; core < sendingCores(spec); core++) {
            byCore.add(new ArrayList<>());
        }
        int children = childrenOfInstance(spec);
        for (int instance = 0; instance < spec.senders(); instance++) {
            SharedMemory memory = population.kernel().newSharedMemory(ProtectLoop.PAGES);
            SharedMemory file = population.kernel().newSharedMemory(ProtectLoop.FILE_PAGES);
            for (int which = 0; which < children; which++) {
                AddressSpace process = population.kernel().newAddressSpace(spec.cores());
                population.kernel().mmap(memory, process, Population.FIRST_PAGE);
                population.kernel().mmap(file, process, FILE_PAGE);
                population.canBeShared(process);
                byCore.get((instance * children + which) % byCore.size()).add(new ProtectLoop.Child(process, which));
            }
        }
        List<Sender> senders = new ArrayList<>();
        for (int core = 0; core < byCore.size(); core++) {
            senders.add(new ProtectLoop(population.kernel(), byCore.get(core), Population.FIRST_PAGE, FILE_PAGE, spec.batch(),
                core, population.operationNanos(core)));
        }
        return senders;
    }

    /** As many children as there are cores, within limits. */
    private static int childrenOfInstance(ExperimentSpec spec) {
        return Math.max(ProtectLoop.FEWEST_CHILDREN, Math.min(ProtectLoop.MOST_CHILDREN, spec.cores()));
    }

    @Override
    int firstSender(ExperimentSpec spec) {
        return spec.pacing().isPaced() ? 1 : 0;
    }

    /** As many as they have children, if there are so many. */
    @Override
    int sendingCores(ExperimentSpec spec) {
        return Math.min(spec.cores() - firstSender(spec), spec.senders() * childrenOfInstance(spec));
    }

    /** Whoever of an instance touches a page first gives it a frame: that may be any of its cores. */
    @Override
    int framesOfSender(ExperimentSpec spec) {
        int cores = sendingCores(spec);
        int instancesOfCore = (spec.senders() * childrenOfInstance(spec) + cores - 1) / cores;
        return instancesOfCore * (ProtectLoop.PAGES + ProtectLoop.FILE_PAGES);
    }

    @Override
    int pagesOfOperation(ExperimentSpec spec) {
        return ProtectLoop.PAGES;
    }

    @Override
    int sharedPages(ExperimentSpec spec) {
        return ProtectLoop.PAGES;
    }

    @Override
    void window(Experiment experiment) {
        experiment.watch(SETTLES);
        experiment.begin();
        experiment.watch(WINDOW);
    }

    @Override
    double expectedNanos(ExperimentSpec spec, double shootdown) {
        return SETTLES + WINDOW;
    }

    @Override
    boolean isPipelined(ExperimentSpec spec) {
        return true;
    }
}
