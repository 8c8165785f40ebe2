package dev.salvo.jmh;

import dev.salvo.results.ReplicateEntry;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.openjdk.jmh.util.AbstractStatistics;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.Statistics;

/**
 * JMH's view of an HdrHistogram whose values are multiplied by a constant. How far its mean may be off is told by the means of
 * the iterations that it is of: values of one iteration are no samples by themselves, and JMH would take thousands for that.
 */
final class HistogramStatistics extends AbstractStatistics {
    private static final long serialVersionUID = 1L;

    private final Histogram histogram;
    private final double factor;
    private final double[] means;

    HistogramStatistics(Histogram histogram, double factor) {
        this(histogram, factor, histogram.getTotalCount() == 0 ? new double[0] : new double[] {histogram.getMean() * factor});
    }

    private HistogramStatistics(Histogram histogram, double factor, double[] means) {
        this.histogram = histogram;
        this.factor = factor;
        this.means = means;
    }

    /** The two together. */
    HistogramStatistics plus(HistogramStatistics other) {
        Histogram sum = histogram.copy();
        sum.add(other.histogram);
        return new HistogramStatistics(sum, factor, DoubleStream.concat(Arrays.stream(means), Arrays.stream(other.means)).toArray());
    }

    @Override
    public double getMeanErrorAt(double confidence) {
        return iterations().getMeanErrorAt(confidence);
    }

    @Override
    public double[] getConfidenceIntervalAt(double confidence) {
        double error = getMeanErrorAt(confidence);
        return new double[] {getMean() - error, getMean() + error};
    }

    private Statistics iterations() {
        return new ListStatistics(means);
    }

    /** The histogram as it is stored. */
    ReplicateEntry.Counts counts() {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return new ReplicateEntry.Counts(factor, Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
    }

    @Override
    public double getMax() {
        return histogram.getMaxValue() * factor;
    }

    @Override
    public double getMin() {
        return histogram.getMinValue() * factor;
    }

    @Override
    public double getMean() {
        return histogram.getTotalCount() == 0 ? Double.NaN : histogram.getMean() * factor;
    }

    @Override
    public long getN() {
        return histogram.getTotalCount();
    }

    @Override
    public double getSum() {
        return getN() == 0 ? 0 : getMean() * getN();
    }

    @Override
    public double getVariance() {
        double deviation = histogram.getStdDeviation() * factor;
        return deviation * deviation;
    }

    @Override
    public double getPercentile(double rank) {
        return histogram.getValueAtPercentile(rank) * factor;
    }

    @Override
    public int[] getHistogram(double[] levels) {
        int[] counts = new int[Math.max(0, levels.length - 1)];
        for (HistogramIterationValue bucket : histogram.recordedValues()) {
            double value = bucket.getValueIteratedTo() * factor;
            for (int level = 0; level < counts.length; level++) {
                if (value >= levels[level] && value < levels[level + 1]) {
                    counts[level] += (int) bucket.getCountAddedInThisIterationStep();
                }
            }
        }
        return counts;
    }

    @Override
    public Iterator<Map.Entry<Double, Long>> getRawData() {
        List<Map.Entry<Double, Long>> values = new ArrayList<>();
        for (HistogramIterationValue bucket : histogram.recordedValues()) {
            values.add(new AbstractMap.SimpleImmutableEntry<>(bucket.getValueIteratedTo() * factor,
                bucket.getCountAddedInThisIterationStep()));
        }
        return values.iterator();
    }
}
