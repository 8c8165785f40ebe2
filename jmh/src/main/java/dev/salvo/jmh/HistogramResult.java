package dev.salvo.jmh;

import dev.salvo.results.ReplicateEntry;
import java.util.Collection;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.Aggregator;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;

/**
 * A secondary result that is a distribution: iterations and forks add their histograms up, so that a percentile is one
 * of all values and not a mean of percentiles. Its score is the mean.
 */
final class HistogramResult extends Result<HistogramResult> {
    private static final long serialVersionUID = 1L;

    HistogramResult(String label, Histogram histogram, double factor, String unit) {
        this(label, new HistogramStatistics(histogram, factor), unit);
    }

    private HistogramResult(String label, HistogramStatistics statistics, String unit) {
        super(ResultRole.SECONDARY, label, statistics, unit, AggregationPolicy.AVG);
    }

    /** What it is made of, so that those of other JVMs can be added to it. */
    ReplicateEntry.Counts counts() {
        return ((HistogramStatistics) statistics).counts();
    }

    @Override
    protected Aggregator<HistogramResult> getThreadAggregator() {
        return HistogramResult::sum;
    }

    @Override
    protected Aggregator<HistogramResult> getIterationAggregator() {
        return HistogramResult::sum;
    }

    private static HistogramResult sum(Collection<HistogramResult> results) {
        HistogramResult first = results.iterator().next();
        HistogramStatistics sum = results.stream().map(result -> (HistogramStatistics) result.statistics)
            .reduce(HistogramStatistics::plus).orElseThrow();
        return new HistogramResult(first.label, sum, first.unit);
    }
}
