package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForkFlagsTest {
    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseShenandoahGC", "-XX:+UseEpsilonGC"})
    void aCollectorThatIsChosenIsTheOnlyOne(String chosen) {
        assertFalse(ForkFlags.beside(List.of(chosen)).contains("-XX:+UseSerialGC"));
        assertTrue(ForkFlags.beside(List.of(chosen)).contains("-Xms256m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx64m", "-Xms16m", "-XX:MaxHeapSize=64m", "-XX:MaxRAMPercentage=50"})
    void aHeapThatIsChosenIsNotContradicted(String chosen) {
        assertTrue(ForkFlags.beside(List.of(chosen)).stream().noneMatch(flag -> flag.startsWith("-Xm")));
        assertTrue(ForkFlags.beside(List.of(chosen)).contains("-XX:+UseSerialGC"));
    }

    @Test
    void whatChoosesNeitherLeavesBoth() {
        assertEquals(ForkFlags.forThisJvm(), ForkFlags.beside(List.of("-XX:+UseStringDeduplication",
            "-Xint", "-Xss1m", "-XX:MaxHeapFreeRatio=50", "-XX:+UseMaximumCompactionOnSystemGC")));
    }

    @Test
    void flagsForJvmsAreTakenOutOfAnEnvironmentAndNothingElse() {
        Map<String, String> environment = new HashMap<>(Map.of("JAVA_TOOL_OPTIONS", "-Xint", "JDK_JAVA_OPTIONS", "-Xint",
            "_JAVA_OPTIONS", "-Xmx64m", "JAVA_HOME", "/opt/jdk", "PATH", "/bin"));
        assertEquals(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"), OwnEnvironment.readByJvms(environment));
        OwnEnvironment.clear(environment);
        assertEquals(Map.of("JAVA_HOME", "/opt/jdk", "PATH", "/bin"), environment);
    }
}
