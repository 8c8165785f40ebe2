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
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.openjdk.jmh.util.AbstractStatistics;

/** JMH's view of an HdrHistogram whose values are multiplied by a constant. */
final class HistogramStatistics extends AbstractStatistics {
    private static final long serialVersionUID = 1L;

    private final Histogram histogram;
    private final double factor;

    HistogramStatistics(Histogram histogram, double factor) {
        this.histogram = histogram;
        this.factor = factor;
    }

    /** The two together. */
    HistogramStatistics plus(HistogramStatistics other) {
        Histogram sum = histogram.copy();
        sum.add(other.histogram);
        return new HistogramStatistics(sum, factor);
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
