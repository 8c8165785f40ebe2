package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void foreignTextBecomesOneLineWithoutControlCharacters() {
        assertEquals("a b [31mc", Text.oneLine("a\r\n\tb\u001b[31mc\u2028\u202e", 50));
        assertEquals("abcd…", Text.oneLine("abcdefgh", 5));
        assertFalse(Text.isLine("a\nb", 50) || Text.isLine(" ", 50) || Text.isLine("abcdef", 5));
    }

    @Test
    void linesBreakAtBlanksAndOnlyAWordTooLongWithinItself() {
        assertEquals(List.of("one two", "three"), Text.wrapped("one two three", 8));
        assertEquals(List.of("abcdefgh", "ij k"), Text.wrapped("abcdefghij k", 8));
        assertEquals(List.of(""), Text.wrapped("", 8));
    }

    @Test
    void itemsStayWhole() {
        assertEquals(List.of("lists of 256 ·", "clean PTEs · ring"),
            Text.wrappedItems("lists of 256 · clean PTEs · ring", 18));
    }
}
