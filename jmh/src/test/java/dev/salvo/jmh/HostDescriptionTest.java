package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who a host is does not hang on a resolver. */
class HostDescriptionTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"node17, node17", "node.example.org, node.example.org", "(none), (none)", "'', host", "' ', host",
        "h\u00f6st, h\u00f6st", "'two\tlines\u2028or three', two lines or three", "-rf, -rf"})
    void aHostIsCalledWhatItsKernelCallsIt(String name, String called) throws IOException {
        assertEquals(called, HostDescription.name(Files.writeString(folder.resolve("hostname"), name + '\n')));
    }

    @Test
    void aNameInNoEncodingIsANameAllTheSame() throws IOException {
        Path file = Files.write(folder.resolve("hostname"), "h\u00f6st\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("h\ufffdst", HostDescription.name(file));
    }

    @Test
    void whereTheKernelDoesNotTellItIsAHost() {
        assertEquals("host", HostDescription.name(folder.resolve("hidden")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisHostHasTheNameThatUnameTells() throws Exception {
        Process uname = new ProcessBuilder("uname", "-n").start();
        String told = new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, uname.waitFor());
        assertEquals(told.strip(), HostDescription.name());
    }
}
