package dev.salvo.workloads.program;

import dev.salvo.workloads.kernel.BatchedBroadcast;
import dev.salvo.workloads.kernel.FlushStrategy;
import dev.salvo.workloads.kernel.SynchronousBroadcast;

/** The flush strategies that an experiment can compare. */
public enum Strategy {
    /** {@link SynchronousBroadcast}. */
    SYNC {
        @Override
        FlushStrategy build() {
            return new SynchronousBroadcast();
        }
    },
    /** {@link BatchedBroadcast}, always. */
    BATCHED {
        @Override
        FlushStrategy build() {
            return BatchedBroadcast.always();
        }
    };

    abstract FlushStrategy build();
}
