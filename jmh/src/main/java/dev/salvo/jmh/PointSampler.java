package dev.salvo.jmh;

import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.AsyncProfiler;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.WorkloadParams;

/**
 * JMH's async-profiler, of a fork that measures one point. JMH calls its folder by all parameters of the benchmark, each with
 * its value; with so many axes that is longer than the name of a file may be, and nothing can be written. Here it is told of a
 * benchmark without parameters: which point is sampled, who asked for it knows.
 */
public final class PointSampler implements InternalProfiler {
    private final AsyncProfiler profiler;

    /**
     * Made by JMH.
     *
     * @param options the profiler's own
     * @throws ProfilerException if it cannot be had, or does not take these
     */
    public PointSampler(String options) throws ProfilerException {
        profiler = new AsyncProfiler(options);
    }

    private static BenchmarkParams withoutParameters(BenchmarkParams of) {
        return new BenchmarkParams(of.getBenchmark(), of.generatedBenchmark(), of.shouldSynchIterations(), of.getThreads(),
            of.getThreadGroups(), of.getThreadGroupLabels(), of.getForks(), of.getWarmupForks(), of.getWarmup(),
            of.getMeasurement(), of.getMode(), new WorkloadParams(), of.getTimeUnit(), of.getOpsPerInvocation(), of.getJvm(),
            of.getJvmArgs(), of.getJdkVersion(), of.getVmName(), of.getVmVersion(), of.getJmhVersion(), of.getTimeout());
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        profiler.beforeIteration(withoutParameters(benchmark), iteration);
    }

    @Override
    @SuppressWarnings("rawtypes") // JMH's own
    public Collection<? extends Result> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
                                                       IterationResult result) {
        return profiler.afterIteration(withoutParameters(benchmark), iteration, result);
    }

    @Override
    public String getDescription() {
        return profiler.getDescription();
    }
}
