package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

    @Test
    void whatIsShortenedIsStillToldApart() {
        assertEquals(Map.of("short", "short", "abcdefghijklmnop", "abcd…mnop"),
            Text.toldApart(List.of("short", "abcdefghijklmnop", "short"), 9));
        String one = "a".repeat(20) + "1" + "b".repeat(20);
        String two = "a".repeat(20) + "22" + "b".repeat(20);
        assertEquals(Map.of(one, "aaa…1…bbb", two, "aaa…22…bbb"), Text.toldApart(List.of(one, two), 9));
        assertEquals(2, Set.copyOf(Text.toldApart(List.of("aaaa…aaaa", "a".repeat(12)), 9).values()).size());
    }

    @Test
    void everyCombinationOfDifferencesIsToldApart() {
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 256; i++) {
            texts.add(String.format(Locale.ROOT, "%8s", Integer.toBinaryString(i)).replace(" ", "0").replaceAll(".", "$0"
                + "-".repeat(50)));
        }
        assertEquals(texts.size(), Set.copyOf(Text.toldApart(texts, 40).values()).size());
    }

    @Test
    void aPairOfSurrogatesIsCutOutWhole() {
        String faces = "\ud83d\ude00".repeat(30);
        String shown = Text.shortened(faces, 20);
        assertTrue(shown.length() <= 20 && !shown.replace("\ud83d\ude00", "").matches(".*[\ud800-\udfff].*"), shown);
    }

    @Test
    void pairsThatDifferInOneHalfAreShownWhole() {
        String one = "a".repeat(20) + "\ud83d\ude00" + "b".repeat(20);
        String two = "a".repeat(20) + "\ud83d\ude01" + "b".repeat(20);
        assertEquals(Map.of(one, "aaa…\ud83d\ude00…bbb", two, "aaa…\ud83d\ude01…bbb"),
            Text.toldApart(List.of(one, two), 9));
    }

    @Test
    void aWordIsQuotedWhereItWouldNotBeSeenWhole() {
        assertEquals("a/b\\c", Text.word("a/b\\c", true));
        assertEquals("\"\"", Text.word("", true));
        assertEquals("\"a\\u200bb\"", Text.word("a\u200bb", true));
        assertEquals("\"a\\u00a0b\"", Text.word("a\u00a0b", true), "beside \"a b\"");
        assertEquals("\"a \"", Text.word("a ", true));
        assertEquals("\"a\\u00a0\"", Text.word("a\u00a0", true));
        assertEquals("\"a\\u3000\"", Text.word("a\u3000", true));
        assertEquals("\u00e9", Text.word("\u00e9", true));
        assertEquals("\"\\u00e9\"", Text.word("\u00e9", false));
    }
}
