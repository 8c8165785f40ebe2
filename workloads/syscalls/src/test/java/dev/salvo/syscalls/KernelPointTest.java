package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.salvo.engine.host.PlacementPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class KernelPointTest {
    private static KernelPoint point(Operation op, int cores, int senders, int pages, Others others) {
        return new KernelPoint(op, cores, senders, pages, others, PlacementPolicy.COMPACT);
    }

    private static void refused(String line, Executable made) {
        assertEquals(line, assertThrows(IllegalArgumentException.class, made).getMessage());
    }

    @Test
    void targetsAreThoseThatDoNotSend() {
        assertEquals(5, point(Operation.MPROTECT, 8, 3, 1, Others.SPIN).targets());
        assertEquals(0, point(Operation.MPROTECT, 3, 3, 1, Others.NONE).targets());
    }

    @Test
    void whatIsNotAcceptedIsSaidInALine() {
        refused("pages 0: must be 1..8192", () -> point(Operation.MPROTECT, 2, 1, 0, Others.SPIN));
        refused("pages 8193: must be 1..8192", () -> point(Operation.MPROTECT, 2, 1, 8193, Others.SPIN));
        refused("cores 0: must be 1..1024", () -> point(Operation.MPROTECT, 0, 1, 1, Others.SPIN));
        refused("senders 3: must be 1..2, the number of cores", () -> point(Operation.MPROTECT, 2, 3, 1, Others.SPIN));
        refused("pages 2: membarrier has no pages; accepted is 1", () -> point(Operation.MEMBARRIER, 2, 1, 2, Others.SPIN));
        refused("others none: cores 4 with senders 1 leaves 3; accepted is as many senders as cores",
            () -> point(Operation.MPROTECT, 4, 1, 1, Others.NONE));
        refused("senders 64 with pages 8192: all senders' pages must be at most 262144",
            () -> point(Operation.MPROTECT, 64, 64, 8192, Others.SPIN));
    }

    @Test
    void wordsAreReadAsTheyArePrinted() {
        for (Operation op : Operation.values()) {
            assertEquals(op, Operation.of(op.toString()));
        }
        for (Others others : Others.values()) {
            assertEquals(others, Others.of(others.toString()));
        }
        refused("op mmap: accepted are mprotect, dontneed, munmap, mremap, pageout and membarrier", () -> Operation.of("mmap"));
        refused("others SPIN: accepted are spin, sleep, processes and none", () -> Others.of("SPIN"));
    }

    @Test
    void anEffortHasLimits() {
        Duration second = Duration.ofSeconds(1);
        refused("batches 0: must be 1..10000", () -> new Effort(second, second, 0, 1));
        refused("attempts 2: must be 3..20000, at least the number of batches", () -> new Effort(second, second, 3, 2));
        refused("batch of 0 ms: must be 1..600000 ms", () -> new Effort(second, Duration.ofNanos(1), 3, 3));
        refused("warm-up of 601000 ms: must be 1..600000 ms", () -> new Effort(Duration.ofSeconds(601), second, 3, 3));
    }
}
