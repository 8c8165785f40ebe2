package dev.salvo.workloads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TraceReplayTest {
    private static final SplitTlbGeometry GEOMETRY = new SplitTlbGeometry(32, 1024, 4, 4096);
    private static final String LOADS = " L 1000,8\n L 2000,8\n L 1000,8\n L 2000,8\n L 1000,8\n L 2000,8\n";

    @Test
    void aRealTraceIsCountedAsCachegrindCountedTheProgram() throws IOException {
        try (InputStream summary = resource("pages.cachegrind"); LackeyTrace trace = pages()) {
            TraceReplay replay = new TraceReplay(GEOMETRY);
            assertFalse(replay.replay(trace, Long.MAX_VALUE));
            assertEquals(Cachegrind.counts(new String(summary.readAllBytes(), StandardCharsets.US_ASCII)),
                Cachegrind.counts(replay.tlb()));
        }
    }

    @Test
    void theTraceMayBeTakenInSlices() throws IOException {
        TraceReplay whole = new TraceReplay(GEOMETRY, 1000);
        TraceReplay sliced = new TraceReplay(GEOMETRY, 1000);
        try (LackeyTrace first = pages(); LackeyTrace second = pages()) {
            assertFalse(whole.replay(first, Long.MAX_VALUE));
            int slices = 1;
            while (sliced.replay(second, 777)) {
                slices++;
            }
            assertEquals((whole.accesses() + 776) / 777, slices);
        }
        assertEquals(Cachegrind.counts(whole.tlb()), Cachegrind.counts(sliced.tlb()));
        assertEquals(whole.flushes(), sliced.flushes());
    }

    @Test
    void withoutInvalidationsThereIsOneSetOfTlbs() {
        TraceReplay replay = new TraceReplay(GEOMETRY);
        assertSame(replay.tlb(), replay.undisturbed());
    }

    @Test
    void invalidationsCostTheTlbsTheyHitAndNotTheOthers() throws IOException {
        TraceReplay replay = replay(LOADS, 2);
        assertEquals(new TlbCounts(6, 6, 6), replay.tlb().reads());
        assertEquals(new TlbCounts(6, 2, 2), replay.undisturbed().reads());
        assertEquals(3, replay.flushes());
        assertEquals(6, replay.accesses());
    }

    @Test
    void anInvalidationComesAfterEveryNthAccess() throws IOException {
        assertEquals(new TlbCounts(6, 6, 6), replay(LOADS, 1).tlb().reads());
        assertEquals(new TlbCounts(6, 4, 4), replay(LOADS, 3).tlb().reads());
        assertEquals(new TlbCounts(6, 3, 3), replay(LOADS, 5).tlb().reads());
        assertEquals(new TlbCounts(6, 2, 2), replay(LOADS, 6).tlb().reads());
        assertEquals(1, replay(LOADS, 6).flushes());
        assertEquals(0, replay(LOADS, 7).flushes());
    }

    @Test
    void undisturbedTlbsCountAsIfNothingHadBeenInvalidated() throws IOException {
        try (LackeyTrace first = pages(); LackeyTrace second = pages()) {
            TraceReplay plain = new TraceReplay(GEOMETRY);
            TraceReplay flushed = new TraceReplay(GEOMETRY, 100);
            plain.replay(first, Long.MAX_VALUE);
            flushed.replay(second, Long.MAX_VALUE);
            assertEquals(Cachegrind.counts(plain.tlb()), Cachegrind.counts(flushed.undisturbed()));
            assertTrue(flushed.tlb().reads().l2Misses() > plain.tlb().reads().l2Misses());
        }
    }

    @Test
    void anIntervalBelowOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TraceReplay(GEOMETRY, 0));
        assertThrows(IllegalArgumentException.class, () -> new TraceReplay(GEOMETRY, -1));
    }

    @Test
    void whatWasReplayedBeforeGarbageStays() throws IOException {
        TraceReplay replay = new TraceReplay(GEOMETRY);
        try (LackeyTrace trace = trace(LOADS + "hello\n")) {
            assertThrows(MalformedTraceException.class, () -> replay.replay(trace, 100));
        }
        assertEquals(6, replay.accesses());
    }

    @Test
    void replayingAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (LackeyTrace trace = trace(LOADS.repeat(100_000))) {
            TraceReplay replay = new TraceReplay(GEOMETRY, 1000);
            replay.replay(trace, 1000);
            long before = threads.getCurrentThreadAllocatedBytes();
            assertFalse(replay.replay(trace, Long.MAX_VALUE));
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(600_000, replay.accesses());
            // The virtual machine itself may allocate a little, once; ours would be 16 bytes 600,000 times.
            assertTrue(allocated < 100_000, allocated + " bytes");
        }
    }

    private static TraceReplay replay(String text, long flushEvery) throws IOException {
        TraceReplay replay = new TraceReplay(GEOMETRY, flushEvery);
        try (LackeyTrace trace = trace(text)) {
            assertFalse(replay.replay(trace, Long.MAX_VALUE));
        }
        return replay;
    }

    private static LackeyTrace trace(String text) throws IOException {
        return new LackeyTrace(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static LackeyTrace pages() throws IOException {
        return new LackeyTrace(resource("pages.trace.gz"));
    }

    private static InputStream resource(String name) {
        return TraceReplayTest.class.getResourceAsStream("/trace/" + name);
    }
}
