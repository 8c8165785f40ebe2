package dev.salvo.workloads.program;

import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.point.Axis;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.Step;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Workload} is on a machine: which processes there are, who sends, how many frames that takes, and how long it
 * is looked at on a paced clock. Has no state: it is asked about points, and by one experiment at a time.
 *
 * <p>Sources of the work itself: each {@link Sender}.
 */
abstract class WorkloadModel {
    /** How many operations of the first sender, where others send too, and are somewhere within theirs at the end. */
    static final int AMONG_SENDERS = 3;

    /** The model of a workload. */
    static WorkloadModel of(Workload workload) {
        return switch (workload) {
            case SEED -> PageOutWorkload.MODEL;
            case MUNMAP -> MunmapWorkload.MODEL;
            case PROTECT -> ProtectWorkload.MODEL;
            case VICTIM -> VictimWorkload.MODEL;
        };
    }

    /**
     * Checks that values of other axes fit this workload.
     *
     * @param values one on each axis; numbers may be out of their ranges
     * @param paced  whether it is measured on a paced clock
     * @throws IllegalArgumentException with the name, the value and what is accepted, if one does not
     */
    void check(Map<Axis, String> values, boolean paced) {
        int mappings = ExperimentSpec.number(values, Axis.MAPPINGS);
        ExperimentSpec.require(mappings == 1, "mappings " + mappings + ": must be 1 with any workload but seed");
    }

    /** Makes the processes and their memory, and the senders, one for each core that sends. */
    abstract List<Sender> senders(Population population);

    /** How many frames the bank of a core that sends must have, but for some to spare. */
    abstract int framesOfSender(ExperimentSpec spec);

    /** How many pages one operation is about. */
    abstract int pagesOfOperation(ExperimentSpec spec);

    /** How many pages of the first process of a sender a user program can share. */
    abstract int sharedPages(ExperimentSpec spec);

    /** Runs, on a paced clock, for as long as is enough to measure. */
    abstract void window(Experiment experiment);

    /** About how long that takes, the carried machine's nanoseconds; {@code shootdown} is one with idle receivers. */
    abstract double expectedNanos(ExperimentSpec spec, double shootdown);

    /** The core of the first sender: core 0, unless that has to watch the time, since senders' steps can take longer. */
    int firstSender(ExperimentSpec spec) {
        return 0;
    }

    /** How many cores send. */
    int sendingCores(ExperimentSpec spec) {
        return spec.senders();
    }

    /** Whether several of a sender's TLBIs are under way at once, so that each is late by a part of what one alone is. */
    boolean isPipelined(ExperimentSpec spec) {
        return false;
    }

    /** Whether the time of the flush functions is known as such; else it is that of TLBI and DSB. */
    boolean timesFlushFunctions() {
        return false;
    }

    static double software(ExperimentSpec spec, Step step) {
        HardwareProfile profile = spec.pacing().profile();
        return profile.software().get(step.key()).value();
    }
}
