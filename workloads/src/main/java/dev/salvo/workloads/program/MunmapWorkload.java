package dev.salvo.workloads.program;

import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.Point;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link MunmapLoop}s: unmaps 1 MiB of private memory that has been written. One operation is the {@code munmap}. */
final class MunmapWorkload extends WorkloadModel {
    static final WorkloadModel MODEL = new MunmapWorkload();

    /** How many operations of one sender are enough on a paced clock. */
    private static final int OPERATIONS = 20;

    private MunmapWorkload() {
    }

    @Override
    void check(Map<Axis, String> values, boolean paced) {
        ExperimentSpec.require(!values.get(Axis.LOAD).equals(Point.word(Load.SHARED)),
            "load shared: must be idle or own with the workload munmap, which takes its memory away");
        super.check(values, paced);
    }

    @Override
    List<Sender> senders(Population population) {
        ExperimentSpec spec = population.spec();
        boolean alone = spec.senders() == 1 && !spec.point().computes();
        List<Sender> senders = new ArrayList<>();
        for (int sender = 0; sender < spec.senders(); sender++) {
            AddressSpace process = population.kernel().newAddressSpace(spec.cores());
            population.kernel().mmapPrivate(process, Population.FIRST_PAGE, MunmapLoop.PAGES);
            senders.add(new MunmapLoop(population.kernel(), process, Population.FIRST_PAGE, alone, spec.batch(),
                population.operationNanos(sender)));
        }
        population.kernel().reservePrivatePages(spec.senders() * MunmapLoop.PAGES);
        return senders;
    }

    @Override
    int framesOfSender(ExperimentSpec spec) {
        return MunmapLoop.PAGES;
    }

    @Override
    int pagesOfOperation(ExperimentSpec spec) {
        return MunmapLoop.PAGES;
    }

    @Override
    int sharedPages(ExperimentSpec spec) {
        throw new IllegalArgumentException("load shared: the workload munmap takes its memory away");
    }

    @Override
    void window(Experiment experiment) {
        experiment.operations(experiment.spec().senders() == 1 ? OPERATIONS : AMONG_SENDERS);
    }

    @Override
    double expectedNanos(ExperimentSpec spec, double shootdown) {
        return spec.senders() == 1 ? OPERATIONS * MunmapLoop.PAGES * software(spec, Step.ZAP_PTE)
            : AMONG_SENDERS * MunmapLoop.PAGES
                * (software(spec, Step.FAULT) + spec.senders() * software(spec, Step.ZAP_PTE));
    }

    @Override
    boolean isPipelined(ExperimentSpec spec) {
        return spec.senders() == 1;
    }
}
