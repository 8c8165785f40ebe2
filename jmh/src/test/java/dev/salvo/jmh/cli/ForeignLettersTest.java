package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignLettersTest {
    private static final String UNREAD = "gr\ufffd\ufffdn";

    @Test
    void anArgumentThatTheLocaleCouldNotReadIsReadInUtf8() {
        String[] read = {"curve", "--out", UNREAD};
        assertArrayEquals(new String[] {"curve", "--out", "grün"},
            ForeignLetters.typed(read, bytes("java\0-jar\0salvo.jar\0curve\0--out\0grün\0")));
    }

    @Test
    void anEmptyArgumentStaysInItsPlace() {
        assertArrayEquals(new String[] {"", "grün", ""},
            ForeignLetters.typed(new String[] {"", UNREAD, ""}, bytes("java\0\0grün\0\0")));
    }

    @Test
    void whatIsNotUtf8OrStoodElsewhereStaysAsTheJvmReadIt() {
        String[] read = {"curve", UNREAD};
        assertArrayEquals(read, ForeignLetters.typed(read, "java\0curve\0gr\u00fcn\0".getBytes(StandardCharsets.ISO_8859_1)));
        assertArrayEquals(read, ForeignLetters.typed(read, bytes("java\0@file\0grün\0")));
        assertArrayEquals(read, ForeignLetters.typed(read, bytes("grün\0")));
    }

    @Test
    void aLetterThatTheTerminalHasNotIsSpelled() {
        assertEquals("gr\\u00fcn \\u1f600?", ForeignLetters.spelled("grün \ud83d\ude00\ufffd", StandardCharsets.US_ASCII));
        assertEquals("grün", ForeignLetters.spelled("grün", StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({"'', UTF-8", "C, US-ASCII", "POSIX, US-ASCII", "C.UTF-8, UTF-8", "C.utf8, UTF-8", "de_DE.UTF-8, UTF-8",
        "en_US.ISO-8859-1, ISO-8859-1", "de_DE.ISO-8859-15@euro, ISO-8859-15", "de_DE@euro, windows-1252",
        "ja_JP.eucJP, EUC-JP", "xx_XX.no-such-set, windows-1252"})
    void theTerminalsLettersAreThoseThatTheLocaleNames(String locale, String letters) {
        assertEquals(Charset.forName(letters), Terminal.charset(locale, "windows-1252"));
    }

    private static byte[] bytes(String commandLine) {
        return commandLine.getBytes(StandardCharsets.UTF_8);
    }
}
