package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.TerminalWidth;
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
    void whatIsNoTerminalHasNoWidth() {
        assertTrue(TerminalWidth.of(-1).isEmpty());
    }
}
