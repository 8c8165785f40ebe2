package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Strategy;
import dev.salvo.results.SampledPoint;
import dev.salvo.results.Stacks;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlameCommandTest {
    private static final String FLUSH = "core-000;Sender.operation;FlushStrategy.ptepClearFlush";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--event naps     | --event",
        "--event cpu,,wall | --event",
        "--cores 0        | --cores 0: must be 1..1024",
        "--json /         | --json /: a folder",
        "--json /no/x     | --json /no/x: no such folder as /no",
        "--no-such-option | --no-such-option"
    })
    void aBadArgumentIsOneClearLineAndNothingIsWritten(String arguments, String said) {
        Path out = folder.resolve("flame");
        Said heard = Said.by(("flame --out " + out + " " + arguments.strip()).split(" +"));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
        assertFalse(Files.exists(out));
    }

    @Test
    void anOutputFolderThatIsAFileIsRefusedAndKept() throws IOException {
        Path file = Files.writeString(folder.resolve("precious"), "precious");
        Said heard = Said.by("flame", "--out", file.toString());
        assertEquals(2, heard.exitCode());
        assertTrue(heard.err().startsWith("salvo: --out " + file), heard.err());
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void nothingAllocatedAndNoLockWaitedForIsAGoodResultSaidPlainly() {
        assertEquals("alloc: no samples: nothing allocated on this path (sampled: every object allocated)",
            FlameCommand.said(sampled("alloc", "alloc", "", "")));
        assertEquals("lock: no samples: no contended lock on this path (sampled: every wait for a Java monitor or lock)",
            FlameCommand.said(sampled("lock", "lock", "", "")));
    }

    @Test
    void whatWasAllocatedIsNamed() {
        assertEquals("alloc: 5 of the senders' program, 0 of the cores that do not send (sampled: every object allocated), "
                + "most of them byte[] 3, String 2",
            FlameCommand.said(sampled("alloc", "alloc", "", FLUSH + ";byte[]_[i] 3\n" + FLUSH + ";String_[i] 2")));
    }

    @Test
    void whatWasAskedForWhatWasSampledAndWhyAreOneLine() {
        assertEquals("cpu asked for, ctimer sampled, perf events are refused: 4 of the senders' program, 0 of the cores that "
                + "do not send (sampled: threads that are on a CPU), flushShare 75.00 %",
            FlameCommand.said(sampled("cpu", "ctimer", "perf events are refused",
                FLUSH + " 3\ncore-000;Sender.operation 1")));
    }

    @Test
    void kernelFramesThatArePermittedAndMissingAreSaid() {
        assertTrue(FlameCommand.said(sampled("cpu", "cpu", "", FLUSH + " 3")).contains(
            ", none with kernel frames, though the kernel permits them"));
        assertTrue(FlameCommand.said(sampled("cpu", "cpu", "", FLUSH + ";schedule_[k] 1\n" + FLUSH + " 3")).contains(
            ", 25.0 % in the host's kernel"));
        assertFalse(FlameCommand.said(sampled("wall", "wall", "", FLUSH + " 3")).contains("kernel frames"));
    }

    /** Sampling lengthens the wait, so no share of it stands without what a page took meanwhile. */
    @Test
    void aShareOfWaitingStandsBesideWhatAPageTookWhileItWasSampled() {
        String said = FlameCommand.said(sampled("wall", "wall", "", FLUSH + ";Core.dsb;Thread.yield 3\n" + FLUSH + " 1"));
        assertTrue(said.endsWith(", flushShare 100.00 %; 75.0 % waiting, while a page took 500 ns, sampled"), said);
        assertFalse(FlameCommand.said(sampled("cpu", "cpu", "", FLUSH + ";Core.dsb 3")).contains("waiting,"));
    }

    private static SampledPoint sampled(String event, String used, String why, String program) {
        return new SampledPoint(ExperimentSpec.seed(8, Strategy.SYNC).point(), event, used, why,
            Stacks.parse(program), Stacks.parse(""), 500, List.of());
    }
}
