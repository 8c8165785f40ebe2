package dev.salvo.jmh;

import java.util.Collection;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.Aggregator;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;

/**
 * A secondary result that is a quotient of two sums: iterations and forks add both up and divide once, so that an
 * iteration which did little counts for little. A mean of quotients would let one bad iteration tell of them all.
 */
final class RatioResult extends Result<RatioResult> {
    private static final long serialVersionUID = 1L;

    private final double dividend;
    private final double divisor;

    RatioResult(String label, double dividend, double divisor, String unit) {
        super(ResultRole.SECONDARY, label, of(dividend / divisor), unit, AggregationPolicy.AVG);
        this.dividend = dividend;
        this.divisor = divisor;
    }

    @Override
    protected Aggregator<RatioResult> getThreadAggregator() {
        return RatioResult::sum;
    }

    @Override
    protected Aggregator<RatioResult> getIterationAggregator() {
        return RatioResult::sum;
    }

    /** What the sum is divided by. */
    double divisor() {
        return divisor;
    }

    private static RatioResult sum(Collection<RatioResult> results) {
        RatioResult first = results.iterator().next();
        double dividend = results.stream().mapToDouble(result -> result.dividend).sum();
        double divisor = results.stream().mapToDouble(result -> result.divisor).sum();
        return new RatioResult(first.label, dividend, divisor, first.unit);
    }
}
