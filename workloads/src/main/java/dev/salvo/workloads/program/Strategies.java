package dev.salvo.workloads.program;

import dev.salvo.point.Strategy;
import dev.salvo.workloads.kernel.BatchedBroadcast;
import dev.salvo.workloads.kernel.FlushStrategy;
import dev.salvo.workloads.kernel.LocalFlush;
import dev.salvo.workloads.kernel.SynchronousBroadcast;

/** What the kernel does for each of the strategies that an experiment can compare. */
public final class Strategies {
    private Strategies() {
    }

    /**
     * Makes one.
     *
     * @param strategy which
     * @return what the kernel flushes with
     */
    public static FlushStrategy build(Strategy strategy) {
        return switch (strategy) {
            case SYNC -> new SynchronousBroadcast();
            case BATCHED -> BatchedBroadcast.always();
            case LOCAL -> new LocalFlush();
        };
    }
}
