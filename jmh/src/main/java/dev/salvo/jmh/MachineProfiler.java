package dev.salvo.jmh;

import dev.salvo.engine.CoreCounts;
import dev.salvo.results.Figure;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to each iteration of {@link PageOutBenchmark} what the machine counted in it, as secondary results, of the names
 * that {@link Figure} reads. The benchmark hands it over at the end of the iteration; JMH then asks. Costs nothing while an
 * iteration runs.
 */
public final class MachineProfiler implements InternalProfiler {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Of the iteration that has just ended. JMH's worker writes it, then tells the thread that asks: no race. */
    private static volatile List<Result<?>> reported = List.of();

    /** Made by JMH. */
    public MachineProfiler() {
    }

    static void report(ExperimentSpec spec, Experiment.Measure measure, Experiment.Outcome outcome,
                       Histogram operations) {
        int pagesOfOperation = Experiment.pagesOfOperation(spec);
        double dilation = spec.pacing().dilation();
        CoreCounts counts = outcome.counts();
        CoreCounts senders = outcome.ofSenders();
        long pages = outcome.pages();
        double seconds = outcome.nanos() / NANOS_PER_SECOND;
        List<Result<?>> results = new ArrayList<>();
        results.add(distribution(Figure.NS_PER_PAGE, operations, 1 / (pagesOfOperation * dilation)));
        results.add(ratio(Figure.PAGES_PER_SECOND, outcome.pagesByFinish(), seconds));
        results.add(ratio(Figure.OPS_PER_SECOND, (double) outcome.pagesByFinish() / pagesOfOperation, seconds));
        results.add(ratio(Figure.TLBI_PER_PAGE, senders.tlbis(), pages));
        results.add(ratio(Figure.DSB_ISH_PER_PAGE, senders.dsbIsh(), pages));
        results.add(ratio(Figure.DSB_ISHST_PER_PAGE, senders.dsbIshst(), pages));
        results.add(sum(Figure.TLB_HITS, counts.tlbHits()));
        results.add(sum(Figure.TLB_MISSES, counts.tlbMisses()));
        results.add(sum(Figure.STALE_USES, outcome.staleUses()));
        results.add(sum(Figure.YIELDS, counts.yields()));
        results.add(sum(Figure.WAKE_UPS, counts.wakeUps()));
        results.add(ratio(Figure.WAKE_UPS_PER_PAGE, counts.wakeUps(), outcome.pagesByFinish()));
        results.add(sum(Figure.RUN_DELAY_MS, outcome.runDelayNanos() / NANOS_PER_MILLI));
        results.add(new ScalarResult(Figure.HOST_CPUS.metric(), outcome.hostCpus(), Figure.HOST_CPUS.unit(),
            AggregationPolicy.AVG));
        if (spec.point().computes()) {
            results.add(ratio(Figure.VICTIM_SLOWDOWN, outcome.victimAccesses(), outcome.victimNanos() / NANOS_PER_SECOND));
        }
        if (measure == Experiment.Measure.SPLIT) {
            results.add(distribution(Figure.ACK_DELAY_NS, outcome.ackDelays(), 1));
        }
        if (outcome.paced() != null) {
            Experiment.Paced paced = outcome.paced();
            results.add(ratio(Figure.SLIP_SHARE, paced.slipNanos(), outcome.nanos()));
            results.add(distribution(Figure.OVERRUN_NS, paced.overruns(), 1 / dilation));
            results.add(ratio(Figure.SLOWDOWN, paced.hostNanos(), outcome.nanos()));
        }
        if (measure == Experiment.Measure.SPLIT || outcome.paced() != null) {
            double software = outcome.programNanos() - outcome.issueNanos() - outcome.waitNanos();
            results.add(ratio(Figure.ISSUE_NS_PER_PAGE, outcome.issueNanos(), pages));
            results.add(ratio(Figure.WAIT_NS_PER_PAGE, outcome.waitNanos(), pages));
            results.add(ratio(Figure.SOFTWARE_NS_PER_PAGE, software, pages));
            results.add(ratio(Figure.FLUSH_SHARE, outcome.flushNanos(), outcome.programNanos()));
        }
        reported = results;
    }

    private static HistogramResult distribution(Figure figure, Histogram histogram, double factor) {
        return new HistogramResult(figure.metric(), histogram, factor, figure.unit());
    }

    private static RatioResult ratio(Figure figure, double dividend, double divisor) {
        return new RatioResult(figure.metric(), dividend, divisor, figure.unit());
    }

    private static ScalarResult sum(Figure figure, double value) {
        return new ScalarResult(figure.metric(), value, figure.unit(), AggregationPolicy.SUM);
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        reported = List.of();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
                                                          IterationResult result) {
        return reported;
    }

    @Override
    public String getDescription() {
        return "What Salvo's machine counted: TLBIs, barriers, stale uses, percentiles, the split";
    }
}
