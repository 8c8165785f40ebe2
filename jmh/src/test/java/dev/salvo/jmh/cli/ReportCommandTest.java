package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of runs, of the committed one among them, and what they are not written over. */
class ReportCommandTest {
    @TempDir
    Path folder;

    @Test
    void anOldRunGetsAPageInItsFolderAndAnotherInItsPlace() throws IOException {
        Path run = copiedRun("run");
        Said heard = Said.by("report", run.toString());
        assertEquals(0, heard.exitCode(), heard.err());
        assertEquals("report: " + run.resolve("report.html") + System.lineSeparator(), heard.out());
        assertTrue(Report.wrote(run.resolve("report.html")));
        assertEquals(0, Said.by("report", run.toString()).exitCode());
    }

    @Test
    void severalRunsGoWhereOutSaysWithLinksFromThere() throws IOException {
        Path one = copiedRun("one");
        Files.createDirectories(one.resolve("flame"));
        Files.writeString(one.resolve("flame").resolve("sync-sender.html"), "");
        Path page = folder.resolve("both.html");
        Said heard = Said.by("report", one.toString(), copiedRun("two").toString(), "--out", page.toString());
        assertEquals(0, heard.exitCode(), heard.err());
        assertTrue(Files.readString(page).contains("href=\"one/flame/sync-sender.html\""));
    }

    @Test
    void whatIsNoReportIsKeptUnlessToldOtherwise() throws IOException {
        Path run = copiedRun("run");
        Path precious = Files.writeString(folder.resolve("precious.html"), "<!doctype html>precious");
        Said heard = Said.by("report", run.toString(), "--out", precious.toString());
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().contains(precious + ": is there already and is no report"), heard.err());
        assertEquals("<!doctype html>precious", Files.readString(precious));
        assertEquals(0, Said.by("report", run.toString(), "--out", precious.toString(), "--force").exitCode());
        assertTrue(Report.wrote(precious));
    }

    @Test
    void aPageThatWouldReplaceAFolderIsRefused() throws IOException {
        Said heard = Said.by("report", copiedRun("run").toString(), "--out", folder.toString());
        assertEquals(2, heard.exitCode());
        assertTrue(heard.err().contains("--out " + folder + ": a folder"), heard.err());
    }

    /** The points of the repository's own run, and nothing that was made of them. */
    private Path copiedRun(String name) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(run.resolve("points"));
        Path committed = Path.of("../results/runs/vm-20261123T112131Z");
        Files.copy(committed.resolve("host.json"), run.resolve("host.json"));
        try (Stream<Path> points = Files.list(committed.resolve("points"))) {
            for (Path point : points.toList()) {
                Files.copy(point, run.resolve("points").resolve(point.getFileName().toString()));
            }
        }
        return run;
    }
}
