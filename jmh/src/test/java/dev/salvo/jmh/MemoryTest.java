package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.InterconnectKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The greatest machine fits an ordinary host, in a JVM that is started as every measured one is. */
@Timeout(900)
class MemoryTest {
    private static final long TWO_GB = 2_000_000_000 >> 10; // in KiB
    private static final int MOST = 1024;
    private static final int FEW = 2;

    /** Of what the greatest machine takes more than one of two cores does, each core has its part. */
    @ParameterizedTest
    @EnumSource
    void aMachineOf1024CoresTakesLessThanTwoGigabytes(InterconnectKind kind)
            throws IOException, InterruptedException {
        Map<String, Long> few = run(kind, FEW);
        Map<String, Long> most = run(kind, MOST);
        System.out.printf(Locale.ROOT, "%s: %d MiB resident with %d cores, %d MiB with %d: %d KiB per core; "
                + "%d KiB in the heap%n", kind, few.get("resident") >> 10, FEW, most.get("resident") >> 10, MOST,
            perCore("resident", few, most), perCore("heap", few, most));
        assertTrue(most.get("resident") < TWO_GB, most.get("resident") + " KiB");
        assertEquals(3 * 256, most.get("pages"));
        assertTrue(most.get("least served") >= 3 * 256, most.get("least served") + " operations served by some core");
    }

    private static long perCore(String what, Map<String, Long> few, Map<String, Long> most) {
        return (most.get(what) - few.get(what)) / (MOST - FEW);
    }

    private static Map<String, Long> run(InterconnectKind kind, int cores) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ForkFlags.forThisJvm());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ManyCores.class.getName(), kind.name(),
            Integer.toString(cores), "1"));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            return said.lines().collect(Collectors.toMap(line -> line.replaceAll(" \\d+$", ""),
                line -> Long.parseLong(line.replaceAll(".* ", ""))));
        } finally {
            process.destroyForcibly();
        }
    }
}
