package dev.salvo.workloads.program;

import dev.salvo.point.Axis;
import dev.salvo.point.PteState;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.SharedMemory;
import dev.salvo.workloads.kernel.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@link PageOutLoop}s: pages shared memory out, list after list. One operation is a list. (Barry Song, [PATCH v2 0/4] mm:
 * arm64: bring up BATCHED_UNMAP_TLB_FLUSH, July 2022.)
 */
final class PageOutWorkload extends WorkloadModel {
    static final WorkloadModel MODEL = new PageOutWorkload();

    private PageOutWorkload() {
    }

    /** It is the one that may be mapped by several processes. */
    @Override
    void check(Map<Axis, String> values, boolean paced) {
    }

    @Override
    List<Sender> senders(Population population) {
        ExperimentSpec spec = population.spec();
        int pages = sharedPages(spec);
        List<Sender> senders = new ArrayList<>();
        for (int sender = 0; sender < spec.senders(); sender++) {
            SharedMemory memory = population.kernel().newSharedMemory(pages);
            List<AddressSpace> processes = new ArrayList<>();
            for (int mapping = 0; mapping < spec.mappings(); mapping++) {
                AddressSpace process = population.kernel().newAddressSpace(spec.cores());
                population.kernel().mmap(memory, process, Population.FIRST_PAGE);
                processes.add(process);
            }
            population.canBeShared(processes.get(0));
            senders.add(new PageOutLoop(population.kernel(), memory, processes, Population.FIRST_PAGE, spec.list(),
                spec.batch(), spec.pte() == PteState.DIRTY, population.operationNanos(sender)));
        }
        return senders;
    }

    @Override
    int framesOfSender(ExperimentSpec spec) {
        return sharedPages(spec) + spec.batch(); // what waits for its flush has a successor already
    }

    @Override
    int pagesOfOperation(ExperimentSpec spec) {
        return spec.list();
    }

    /** The published memory, or as much more as makes a whole number of lists. */
    @Override
    int sharedPages(ExperimentSpec spec) {
        int lists = (ExperimentSpec.SEED_PAGES + spec.list() - 1) / spec.list();
        return lists * spec.list();
    }

    @Override
    void window(Experiment experiment) {
        experiment.operations(operations(experiment.spec()));
    }

    private static int operations(ExperimentSpec spec) {
        return spec.senders() == 1 ? 1 : AMONG_SENDERS;
    }

    @Override
    double expectedNanos(ExperimentSpec spec, double shootdown) {
        double software = software(spec, Step.FAULT) + spec.mappings() * software(spec, Step.UNMAP)
            + software(spec, Step.ZRAM_WRITE) + software(spec, Step.FREE);
        double flush = spec.strategy() == Strategy.SYNC && !spec.tellsNobody() ? shootdown : 0;
        return operations(spec) * spec.list() * Math.max(software + flush, spec.senders() * flush);
    }

    @Override
    boolean timesFlushFunctions() {
        return true;
    }
}
