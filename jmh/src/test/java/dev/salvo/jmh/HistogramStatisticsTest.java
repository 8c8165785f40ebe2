package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.ReplicateEntry;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.util.ListStatistics;

/** What JMH is told of a distribution. */
class HistogramStatisticsTest {
    private static HistogramStatistics iteration(int count, long value) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(value, count);
        return new HistogramStatistics(histogram, 0.5);
    }

    /** The mean is of all values; JMH would say of ten thousand of them that it is known to a tenth of a per cent. */
    @Test
    void theErrorIsOverIterationsAndNotOverTheirValues() {
        HistogramStatistics all = iteration(9000, 200).plus(iteration(500, 240)).plus(iteration(500, 220));
        assertEquals((9000 * 100 + 500 * 120 + 500 * 110) / 10_000.0, all.getMean(), 1e-9);
        ListStatistics iterations = new ListStatistics(new double[] {100, 120, 110});
        assertEquals(iterations.getMeanErrorAt(0.999), all.getMeanErrorAt(0.999), 1e-9);
        assertEquals(all.getMean() - all.getMeanErrorAt(0.999), all.getConfidenceIntervalAt(0.999)[0], 1e-9);
        assertTrue(Double.isNaN(iteration(1000, 200).getMeanErrorAt(0.999)), "one iteration tells nothing");
    }

    @Test
    void whatIsStoredIsTheWholeDistribution() throws Exception {
        HistogramStatistics all = iteration(3, 100).plus(iteration(1, 1_000_000));
        ReplicateEntry.Counts stored = all.counts();
        Histogram read = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(stored.counts())), 0);
        assertEquals(0.5, stored.unit());
        assertEquals(4, read.getTotalCount());
        assertEquals(all.getPercentile(100), read.getMaxValue() * stored.unit(), 1e-9);
    }
}
