package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a compiler rests that says what it has compiled, in a time that the test holds. */
class HostCompilerTest {
    private static final long MILLI = 1_000_000;

    private long now = 77;
    private long compiled = 5000;
    private final HostCompiler compiler = new HostCompiler(() -> now, () -> compiled);

    private boolean rests(long millis, long compiledMillis) {
        now += millis * MILLI;
        compiled += compiledMillis;
        return compiler.rests();
    }

    @Test
    void itDoesNotRestBeforeItHasBeenWatchedForAWhile() {
        assertFalse(rests(0, 0));
        assertFalse(rests(299, 0));
        assertTrue(rests(1, 0));
    }

    @ParameterizedTest
    @CsvSource({"300, 6, true", "300, 7, false", "3000, 60, true", "3000, 61, false"})
    void aFiftiethOfTheTimeIsRest(long millis, long compiledMillis, boolean rests) {
        assertEquals(rests, rests(millis, compiledMillis));
    }

    @Test
    void afterItHasCompiledItIsWatchedAnew() {
        assertFalse(rests(300, 200));
        assertFalse(rests(200, 0));
        assertTrue(rests(100, 0));
    }
}
