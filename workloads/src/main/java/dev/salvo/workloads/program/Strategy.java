package dev.salvo.workloads.program;

import dev.salvo.workloads.kernel.BatchedBroadcast;
import dev.salvo.workloads.kernel.FlushStrategy;
import dev.salvo.workloads.kernel.LocalFlush;
import dev.salvo.workloads.kernel.SynchronousBroadcast;

/** The flush strategies that an experiment can compare. */
public enum Strategy {
    /** {@link SynchronousBroadcast}. */
    SYNC {
        @Override
        public FlushStrategy build() {
            return new SynchronousBroadcast();
        }
    },
    /** {@link BatchedBroadcast}, always. */
    BATCHED {
        @Override
        public FlushStrategy build() {
            return BatchedBroadcast.always();
        }
    },
    /** {@link LocalFlush}. */
    LOCAL {
        @Override
        public FlushStrategy build() {
            return new LocalFlush();
        }
    };

    /**
     * Makes it.
     *
     * @return the strategy
     */
    public abstract FlushStrategy build();
}
