package dev.salvo.jmh.cli;

import dev.salvo.engine.message.Wording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Letters outside ASCII on a host whose locale has none of them ({@code LC_ALL=C}): the JVM reads its arguments by the
 * locale, and cannot name a file whose name the locale cannot spell.
 */
final class ForeignLetters {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final String ACCEPTED = "the locale (LC_ALL, LC_CTYPE or LANG) has none of its letters, and so the JVM "
        + "cannot name it; accepted is LC_ALL=C.UTF-8, or a name in ASCII";

    /** What the JVM reads instead of a letter that the locale does not have. */
    private static final String UNREADABLE = "\ufffd";

    private ForeignLetters() {
    }

    /** The arguments as they were typed, in UTF-8, where the JVM could not read them. */
    static String[] typed(String[] arguments) {
        if (List.of(arguments).stream().allMatch(ForeignLetters::isAscii)) {
            return arguments;
        }
        try {
            return typed(arguments, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException noProc) {
            return arguments; // as the JVM has read them
        }
    }

    /** The same, of a command line whose last words they are, each ended by a NUL. */
    static String[] typed(String[] arguments, byte[] commandLine) {
        List<byte[]> words = words(commandLine);
        if (words.size() < arguments.length) {
            return arguments;
        }
        List<byte[]> last = words.subList(words.size() - arguments.length, words.size());
        String[] typed = arguments.clone();
        for (int i = 0; i < typed.length; i++) {
            if (!isAscii(typed[i])) {
                try {
                    typed[i] = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(last.get(i))).toString();
                } catch (CharacterCodingException notInUtf8) {
                    return arguments;
                }
            } else if (!typed[i].equals(new String(last.get(i), StandardCharsets.ISO_8859_1))) {
                return arguments; // they stood elsewhere, in a file of arguments
            }
        }
        return typed;
    }

    /** Why a file cannot be named, after its name. */
    static String refusal(String name) {
        return Wording.shown(name, 200) + ": " + ACCEPTED;
    }

    /**
     * Looks at the folders that every measuring JVM and the JDK itself must be able to name.
     *
     * @throws BadInput if one cannot be named
     */
    static void checkFolders() {
        for (String property : new String[] {"user.dir", "java.class.path", "java.io.tmpdir", "java.home",
            "jna.tmpdir"}) {
            try {
                Path.of(System.getProperty(property, ""));
            } catch (InvalidPathException unspeakable) {
                throw new BadInput((property.equals("user.dir") ? "the working folder " : property + " ")
                    + refusal(unspeakable.getInput()), unspeakable);
            }
        }
    }

    /** A line in letters that the terminal has, others by their numbers: a question mark names no file. */
    static String spelled(String line, Charset terminal) {
        CharsetEncoder has = terminal.newEncoder();
        return line.codePoints().mapToObj(Character::toString)
            .map(letter -> letter.equals(UNREADABLE) ? "?" : has.canEncode(letter) ? letter
                : String.format(Locale.ROOT, "\\u%04x", letter.codePointAt(0)))
            .collect(Collectors.joining());
    }

    private static List<byte[]> words(byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                words.add(Arrays.copyOfRange(commandLine, from, i));
                from = i + 1;
            }
        }
        return words;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(letter -> letter < 128);
    }
}
