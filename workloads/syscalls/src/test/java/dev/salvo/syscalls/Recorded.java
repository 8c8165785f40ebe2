package dev.salvo.syscalls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Tables of /proc/interrupts as kernels of several hosts print them. */
final class Recorded {
    private Recorded() {
    }

    static InterruptCounts interrupts(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream(name + ".txt")) {
            return InterruptCounts.parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A table of two CPUs that has only the rows in which shootdowns show. */
    static InterruptCounts twoCpus(long tlb, long cal) {
        return InterruptCounts.parse("           CPU0       CPU1\n CAL:  7  " + cal + "   Function call interrupts\n TLB:  5  " + tlb
            + "   TLB shootdowns\n");
    }
}
