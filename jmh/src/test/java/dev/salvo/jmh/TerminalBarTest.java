package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.TerminalWidth;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalBarTest {
    @ParameterizedTest
    @CsvSource({"40, , 39", "200, , 199", "200, 60, 199", "0, 60, 59", "0, , 79", "0, wide, 79", "0, 0, 79", "1, , 0"})
    void aLineLeavesTheLastColumnFree(int terminal, String said, int columns) {
        assertEquals(columns, TerminalBar.columns(terminal, said));
    }

    @Test
    void aBarFollowsATerminalThatIsResized() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        AtomicInteger columns = new AtomicInteger();
        try (PrintStream terminal = new PrintStream(shown, true, StandardCharsets.UTF_8);
             ProgressBar bar = TerminalBar.of("sweep", 10, terminal, columns::get).build()) {
            bar.setExtraMessage("a point of many words ".repeat(10));
            for (int width : new int[] {100, 40, 160}) {
                columns.set(width);
                shown.reset();
                bar.step(); // nothing is drawn anew where nothing has moved
                bar.refresh();
                String[] drawn = shown.toString(StandardCharsets.UTF_8).strip().split("\r"); // it may draw itself meanwhile
                assertEquals(width, drawn[drawn.length - 1].length());
            }
        }
    }

    @Test
    void whatIsNoTerminalHasNoWidth() {
        assertTrue(TerminalWidth.of(-1).isEmpty());
    }
}
