package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.jmh.MeasuringLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that measure keep out of each other's way. */
class MeasuringTest {
    @ParameterizedTest
    @ValueSource(strings = {"curve --quick", "flame --cores 2", "timeline --cores 2 --out target/timeline",
        "jmh PageOut", "compare --reference", "compare --measure --a --quick",
        "profiles coverage --runs 1", "profiles span a64fx"})
    void nothingIsMeasuredBesideAnotherRun(String arguments) {
        try (MeasuringLock held = MeasuringLock.take()) {
            assertNotNull(held);
            assertEquals(new Said(1, "", Salvo.ANOTHER_RUN + System.lineSeparator()), Said.by(arguments.split(" ")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"curve", "flame", "timeline", "jmh", "compare", "peers", "profiles coverage", "profiles span"})
    void helpSaysHowThatEnds(String command) {
        String help = Said.by(("help " + command).split(" ")).out().replaceAll("\\s+", " ");
        assertTrue(help.replaceFirst(".* Exit codes: ", "").matches(".* 1 [^0-9]*(5 % *)?; or another run is measuring 2 .*"), help);
    }
}
