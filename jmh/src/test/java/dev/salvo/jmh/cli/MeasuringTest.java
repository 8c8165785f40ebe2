package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.salvo.jmh.MeasuringLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that measure keep out of each other's way. */
class MeasuringTest {
    @ParameterizedTest
    @ValueSource(strings = {"curve --quick", "flame --cores 2", "timeline --cores 2", "jmh PageOut", "compare --reference",
        "profiles coverage --runs 1", "profiles span a64fx"})
    void nothingIsMeasuredBesideAnotherRun(String arguments) {
        try (MeasuringLock held = MeasuringLock.take()) {
            assertNotNull(held);
            assertEquals(new Said(1, "", Salvo.ANOTHER_RUN + System.lineSeparator()), Said.by(arguments.split(" ")));
        }
    }
}
