package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UmaskTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"0777", "0700", "0477", "0122", "200"})
    void aUmaskThatTakesTheUsersOwnRightsIsNamed(String umask) {
        assertEquals("; umask " + umask + " takes files and folders from the user who makes them: accepted is one that leaves "
            + "him all, such as 022", Umask.ofStatus("Name:\tjava\nUmask:\t" + umask + "\nState:\tS (sleeping)\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Name:\tjava\nUmask:\t0022\n", "Umask:\t0077\n", "Name:\tUmask:\t0777\n", ""})
    void anyOtherIsNotTheReason(String status) {
        assertEquals("", Umask.ofStatus(status));
    }

    @Test
    void whatIsNotOfPermissionsIsNotAskedFor() {
        assertEquals("", Umask.remark("No space left on device"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aRunFolderThatCannotBeEnteredIsOneLineAndIsNotLeft() throws Exception {
        Path run = Path.of("../results/runs/vm-20261123T112131Z").toAbsolutePath();
        ProcessBuilder salvo = new ProcessBuilder("sh", "-c", "umask 777; exec \"$@\"", "sh").directory(folder.toFile());
        salvo.command().addAll(Launch.command(List.of(), "merge", run.toString(), "--out", "."));
        Said heard = Said.by(salvo);
        assumeTrue(heard.exitCode() != 0, "nothing is denied to root");
        assertEquals(2, heard.exitCode(), heard.toString());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: cannot make the run folder ./")
            && heard.err().contains(": permission denied; umask 0777 takes"), heard.err());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
