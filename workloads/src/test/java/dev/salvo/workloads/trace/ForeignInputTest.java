package dev.salvo.workloads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Magic numbers and lines are the formats' own; each text here is Latin-1, a byte a character. */
class ForeignInputTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`\u00fd7zXZ\0\0\4`              | compressed by xz       | xz -dc FILE",
        "`(\u00b5/\u00fd\44\13`          | compressed by zstd     | zstd -dc FILE",
        "`P*M\30\4\0\0\0`                | compressed by zstd     | zstd -dc FILE",
        "`BZh91AY&SY`                    | compressed by bzip2    | bzip2 -dc FILE",
        "`\4\"M\30d@`                    | compressed by lz4      | lz4 -dc FILE",
        "`LZIP\1`                        | compressed by lzip     | lzip -dc FILE",
        "`]\0\0\u0080\0\u00ff`           | compressed by lzma     | xz --format=lzma -dc FILE",
        "`\37\u009d\u0090I`              | compressed by compress | gzip -dc FILE",
        "`7z\u00bc\u00af\47\34`          | compressed by 7-Zip    | 7z x -so FILE",
        "`PK\5\6\0\0`                    | a zip archive          | unzip -p FILE NAME",
        "`\u00ff\u00feI\0 \0`            | text in UTF-16         | iconv -f UTF-16 -t ASCII FILE",
        "`I\0 \0 \0`                     | text in UTF-16         | iconv -f UTF-16LE -t ASCII FILE",
        "`\0I\0 \0 `                     | text in UTF-16         | iconv -f UTF-16BE -t ASCII FILE"
    })
    void whatAnotherProgramUnpacksIsNamedWithTheCommand(String input, String name, String command) {
        String message = refused(input);
        assertTrue(message.startsWith(name), message);
        assertTrue(message.endsWith(": " + command + " | salvo tlb -")
            || message.endsWith("; accepted is ASCII: " + command + " | salvo tlb -"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`\177ELF\2\1\1\0`                               | an ELF file",
        "`#!/bin/sh\nls\n`                               | a script",
        "`%PDF-1.4\n`                                    | a PDF document",
        "`\u0089PNG\r\n`                                 | a picture",
        "`<!DOCTYPE html>\n`                             | a page of HTML",
        "`\n\r\n<html><body>404`                         | line 3: a page of HTML",
        "`<?xml version=\"1.0\"?>\n<valgrindoutput>`     | XML",
        "`{\"dhatFileVersion\":2`                        | JSON",
        "`[\n    {\n        \"jmhVersion\"`              | JSON",
        "`\u00ef\u00bb\u00bf{\"a\":1}`                   | JSON",
        "`version https://git-lfs.github.com/spec/v1\n`  | Git LFS's pointer",
        "`PERFILE2\150\0`                                | recorded data of perf",
        "`gem5\12\15\0`                                  | a packet trace of gem5",
        "`\0@\0\0\0\0\0\0\0\0\2\0\3`                     | binary data",
        "`\31\0\0\0\4\0\0\0\0\0\0\0\34\0`                | binary data"
    })
    void whatIsNoTraceAtAllIsNamed(String input, String name) {
        String message = refused(input);
        assertTrue(message.startsWith(name), message);
        assertTrue(message.endsWith("; accepted is what valgrind --tool=lackey --trace-mem=yes writes"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "2 0                                                         | Dinero's din format",
        "0 7fff0013ff                                                | Dinero's din format",
        "r 1000 4                                                    | Dinero's extended format",
        "0x7f5c6b2a1b03: R 0x7ffd0e8a1bc8                            | Pin's pinatrace",
        "`           1           0:     12345 <marker: version 4>`    | drmemtrace's view tool",
        "`    500: system.cpu: T0 : 0x4001000    : mov`              | gem5's debug output",
        "bash 12345 [000]  1234.567890:     250000 cycles:u:  7ffd   | perf script",
        "ls 12/12 1234.567890: cpu/mem-loads,ldlat=30/P:  7ffd0e8a   | perf script",
        "`execve(\"/bin/true\", [\"true\"], 0x7ffd) = 0`             | strace or ltrace",
        "`12 12:00:01.1 read(3, \"\", 4096)       = 0`               | strace or ltrace",
        "`libc.so.6->free(0x55d0)          = <void>`                 | strace or ltrace",
        "desc: I1 cache:         32768 B, 64 B, 8-way associative    | cachegrind's, callgrind's or massif's",
        "`version: 1`                                                | cachegrind's, callgrind's or massif's",
        "`---------------------------------------------------------` | cg_annotate's or ms_print's"
    })
    void aLineOfAnotherToolIsNamedWithItsNumber(String line, String tool) {
        String message = refused("# a remark\n" + line + "\r\n");
        assertTrue(message.startsWith("line 2: \"") && message.contains(tool), message);
        assertTrue(message.endsWith("; accepted is what valgrind --tool=lackey --trace-mem=yes writes"), message);
    }

    @Test
    void aTarArchiveIsKnownByItsFirstMember() {
        String header = "four.trace" + "\0".repeat(247) + "ustar" + "\0".repeat(250);
        assertTrue(refused(header).startsWith("a tar archive; accepted is one trace: tar -xOf FILE NAME"), header);
    }

    /** After what valgrind wrote it is the program's own output, which --log-file keeps out. */
    @Test
    void whatFollowsValgrindsLinesIsNotAnothersFile() {
        for (String first : new String[] {"==1== Lackey\n", " L 10,1\n", "SB 0401\n"}) {
            for (String output : new String[] {"{\"a\":1}", "2 0", "<html>", "0x7f5c6b2a1b03: R 0x7ffd0e8a1bc8"}) {
                String message = refused(first + output + "\n");
                assertTrue(message.startsWith("line 2: \"" + output + "\" is not a line of lackey's"), message);
                assertTrue(message.endsWith("keep the program's own output out with valgrind's --log-file=FILE"), message);
            }
        }
    }

    private static String refused(String input) {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        String message = assertThrows(MalformedTraceException.class, () -> {
            try (LackeyTrace trace = new LackeyTrace(new ByteArrayInputStream(bytes))) {
                trace.next();
                trace.next();
            }
        }).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertFalse(message.chars().anyMatch(c -> c < ' ' || c > '~'), message);
        return message;
    }
}
