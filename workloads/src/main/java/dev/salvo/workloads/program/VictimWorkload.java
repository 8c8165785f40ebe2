package dev.salvo.workloads.program;

import dev.salvo.point.Axis;
import dev.salvo.workloads.kernel.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link NeighbourLoop}s: {@code mprotect} of one page, again and again, while every other core computes. */
final class VictimWorkload extends WorkloadModel {
    static final WorkloadModel MODEL = new VictimWorkload();

    /** How long it is looked at on a paced clock, ns. */
    private static final double WINDOW = 100_000;

    private VictimWorkload() {
    }

    @Override
    void check(Map<Axis, String> values, boolean paced) {
        int senders = ExperimentSpec.number(values, Axis.SENDERS);
        ExperimentSpec.require(senders < ExperimentSpec.number(values, Axis.CORES), "senders " + senders
            + ": must be fewer than the cores with the workload victim, so that one is left to compute");
        super.check(values, paced);
    }

    @Override
    List<Sender> senders(Population population) {
        ExperimentSpec spec = population.spec();
        List<Sender> senders = new ArrayList<>();
        for (int sender = 0; sender < spec.senders(); sender++) {
            AddressSpace process = population.kernel().newAddressSpace(spec.cores());
            population.kernel().mmap(population.kernel().newSharedMemory(1), process, Population.FIRST_PAGE);
            population.canBeShared(process);
            senders.add(new NeighbourLoop(population.kernel(), process, Population.FIRST_PAGE, spec.batch(),
                population.operationNanos(sender)));
        }
        return senders;
    }

    @Override
    int framesOfSender(ExperimentSpec spec) {
        return 1;
    }

    @Override
    int pagesOfOperation(ExperimentSpec spec) {
        return 1;
    }

    @Override
    int sharedPages(ExperimentSpec spec) {
        return 1;
    }

    @Override
    void window(Experiment experiment) {
        experiment.operationsFor(WINDOW);
    }

    @Override
    double expectedNanos(ExperimentSpec spec, double shootdown) {
        return WINDOW;
    }
}
