package dev.salvo.results;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * What is known of the rounds in which a native point was measured.
 *
 * @param replicates     the uninstrumented JVMs, in the order in which {@link Row#samples} has their iterations
 * @param others         the instrumented JVMs and the controls, as far as their rounds are known
 * @param nsPerPage      {@link Figure#NS_PER_PAGE} of each round
 * @param splitNsPerPage {@link Figure#SPLIT_NS_PER_PAGE} of each round; null if its rounds are not known
 */
public record Rounds(List<Replicate> replicates, List<Replicate> others, Replicates nsPerPage, Replicates splitNsPerPage) {
    /** What others may have of the CPUs beside a measurement: a host's own services take 1 to 2 %. */
    static final double MOST_TAKEN = 0.05;

    /**
     * Whether all its figures are of JVMs that had warmed up.
     *
     * @return whether every one was steady, instrumented ones and controls included
     */
    public boolean steady() {
        return all().allMatch(Replicate::steady);
    }

    /**
     * How much of the host others used.
     *
     * @return the mean share of its CPU time while the uninstrumented JVMs measured, 0..1; NaN if it is not known
     */
    public double foreignCpuShare() {
        return StatUtils.mean(known(replicates.stream(), Replicate::foreignCpuShare));
    }

    /**
     * Whether others had so much of the host's CPUs while a JVM measured that they may have been measured with it.
     *
     * @return whether others and a hypervisor had more than {@value #MOST_TAKEN} of them beside any of its JVMs, that one's
     *     second try included
     */
    public boolean disturbed() {
        return all().anyMatch(each -> known(each.foreignCpuShare()) + known(each.stealShare()) > MOST_TAKEN);
    }

    private static double known(double share) {
        return Double.isNaN(share) ? 0 : share;
    }

    /**
     * What a turn of the run queue took.
     *
     * @return the median over all its JVMs, nanoseconds; NaN if it is not known
     */
    public double turnNanos() {
        return StatUtils.percentile(known(all(), Replicate::turnNanos), 50);
    }

    /**
     * What a cache line's round trip took.
     *
     * @return the median over all its JVMs, nanoseconds; NaN if it is not known
     */
    public double roundTripNanos() {
        return StatUtils.percentile(known(all(), Replicate::roundTripNanos), 50);
    }

    private Stream<Replicate> all() {
        return Stream.concat(replicates.stream(), others.stream());
    }

    private static double[] known(Stream<Replicate> all, ToDoubleFunction<Replicate> figure) {
        return all.mapToDouble(figure).filter(Double::isFinite).toArray();
    }
}
