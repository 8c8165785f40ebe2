package dev.salvo.workloads.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that are carried and rows that are not; that those of booted kernels are equal is shown where their data is. */
@Timeout(900)
class KernelCounterTest {
    private static final String PLAIN = "nokaslr kpti=off mitigations=off";

    private static Optional<Counts> count(String kernel, String cpu, String options, String operation, int pages,
                                          String state) {
        return KernelCounter.count(new CountedWords("arm64", kernel, cpu, options, operation, pages, state, "alone"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "x86-64; 6.12.118; cortex-a72; munmap; 1; private written, tables kept; alone",
        "arm64; 6.12.118-rc1; cortex-a72; munmap; 1; private written, tables kept; alone",
        "arm64; 6.12.118; cortex-a73; munmap; 1; private written, tables kept; alone",
        "arm64; 6.12.118; cortex-a72; mlock; 1; private written, tables kept; alone",
        "arm64; 6.12.118; cortex-a72; munmap; 0; private written, tables kept; alone",
        "arm64; 6.12.118; cortex-a72; munmap; 1025; private written, tables kept; alone",
        "arm64; 6.12.118; cortex-a72; munmap; 1; private written; alone",
        "arm64; 6.12.118; cortex-a72; pageout; 1; shared; alone",
        "arm64; 6.12.118; cortex-a72; free; 1; ''; alone",
        "arm64; 6.12.118; cortex-a72; munmap; 1; private written, tables kept; 0 spinning"})
    void aRowInOtherWordsIsNotCarried(String arch, String kernel, String cpu, String operation, int pages, String state,
                                      String threads) {
        assertEquals(Optional.empty(),
            KernelCounter.count(new CountedWords(arch, kernel, cpu, PLAIN, operation, pages, state, threads)));
    }

    @Test
    void aCommandLineThatIsNotKnownIsNotCarried() {
        assertEquals(Optional.empty(), count("6.12.118", "cortex-a72", "nokaslr", "munmap", 1, "private written, tables kept"));
        assertTrue(count("6.12.118", "cortex-a72", PLAIN, "munmap", 1, "private written, tables kept").isPresent());
    }

    /** Of 6.6 to 6.8, as their sources have it: batched, once a list, and young bits flushed behind it. */
    @Test
    void theFirstBatchedKernelsFlushOnceAListAndTheYoungBitsBehindIt() {
        assertEquals(new Counts(0, 512, 1, 0, 0, 3, 258, 0),
            count("6.6", "cortex-a72", PLAIN, "pageout", 256, "shared clean").orElseThrow());
    }

    @Test
    void otherThreadsChangeNoCount() {
        assertEquals(count("6.12.118", "cortex-a72", PLAIN, "munmap", 16, "private written, tables kept"),
            KernelCounter.count(new CountedWords("arm64", "6.12.118", "cortex-a72", PLAIN, "munmap", 16,
                "private written, tables kept", "1 spinning")));
    }

    @Test
    void whereAddressesAreRandomizedTheKernelIsIsolatedUnlessTheCoreHasE0pd() {
        assertEquals(2, count("6.12.118", "cortex-a72", "(none: KASLR on)", "munmap", 1, "private written, tables kept")
            .orElseThrow().tlbiVaLast());
        assertEquals(1, count("6.12.118", "max", "(none: KASLR on)", "munmap", 1, "private written, tables kept").orElseThrow()
            .tlbiVaLast());
    }
}
