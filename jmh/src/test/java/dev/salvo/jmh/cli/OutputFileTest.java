package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for by an option is there whole, or what was there before. */
class OutputFileTest {
    @TempDir
    Path folder;

    /** A limit of the size of files: as on a full disk, it is only found out when half of it is written. */
    @Test
    void aFileThatCannotBeWrittenWholeStaysAsItWasAndNothingLiesBesideIt() throws Exception {
        Path json = Files.writeString(folder.resolve("profiles.json"), "older");
        ProcessBuilder limited = new ProcessBuilder("sh", "-c", "ulimit -f 1; exec \"$@\"", "sh"); // 512 B, or 1 KiB
        limited.command().addAll(Launch.command(List.of("-XX:-UsePerfData"), "profiles", "--json", json.toString()));
        Said heard = Said.by(limited);
        assertEquals(1, heard.exitCode(), heard.err());
        assertEquals("salvo: --json " + json + ": cannot be written (File too large)\n", heard.err());
        assertTrue(heard.out().contains("kunpeng-920"), heard.out());
        assertEquals("older", Files.readString(json));
        assertEquals(List.of(json), files());
    }

    @Test
    void whatALinkLeadsToIsReplacedAndKeepsItsPermissions() throws IOException {
        Path file = Files.writeString(folder.resolve("real"), "older");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        OutputFile.write("--json", link, "newer");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("newer", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(List.of(link, file), files());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
