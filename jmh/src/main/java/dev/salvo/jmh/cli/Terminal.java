package dev.salvo.jmh.cli;

import dev.salvo.results.TerminalStyle;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person is looking, and what their terminal can show. */
final class Terminal {
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int ERR = 2;
    /** Those that tables and curves have beside ASCII, or of each kind one. */
    private static final String LETTERS = "µ±×·∝²σ≈–…┤●";

    private Terminal() {
    }

    /** Whether standard output is a terminal. */
    static boolean out() {
        return isTerminal(OUT);
    }

    /** Whether standard error is a terminal. */
    static boolean err() {
        return isTerminal(ERR);
    }

    /** Whether standard output is read by another program, or was. */
    static boolean outIsPipe() {
        String target = target(OUT);
        return target.startsWith("pipe:") || target.startsWith("socket:");
    }

    /**
     * Whether standard input was closed when this process began ({@code <&-}). Its descriptor then leads to the first file
     * of the JDK that the JVM has opened: who closes that has it crash.
     */
    static boolean inIsClosed() {
        return target(IN).startsWith(System.getProperty("java.home"));
    }

    /** How to print on standard output. */
    static TerminalStyle style() {
        return new TerminalStyle(out() && wantsColour(), charset().newEncoder().canEncode(LETTERS));
    }

    /** Whether colour is welcome where there is a terminal: see no-color.org. */
    static boolean wantsColour() {
        String noColour = System.getenv("NO_COLOR");
        return (noColour == null || noColour.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * What the terminal, or whoever reads our output, expects. The JDK takes POSIX for ASCII, and then prints question
     * marks where a C.UTF-8 or unset locale could have shown a curve.
     */
    static Charset charset() {
        String locale = first(System.getenv("LC_ALL"), System.getenv("LC_CTYPE"), System.getenv("LANG"));
        return charset(locale, System.getProperty("native.encoding"));
    }

    /** The same, of a locale such as {@code de_DE.ISO-8859-1@euro}, and of what the JDK found. */
    static Charset charset(String locale, String found) {
        if (locale.isEmpty()) {
            return StandardCharsets.UTF_8;
        }
        if (locale.equals("C") || locale.equals("POSIX")) {
            return StandardCharsets.US_ASCII;
        }
        String named = locale.replaceFirst("^[^.]*[.]?", "").replaceFirst("@.*", "");
        try {
            // What the locale names: where it is not installed, the JDK finds ASCII.
            return Charset.forName(named.isEmpty() ? found : named);
        } catch (IllegalArgumentException unknown) {
            return Charset.forName(found);
        }
    }

    private static String first(String... values) {
        for (String value : values) {
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** The JDK tells it of standard input and output together only. */
    private static boolean isTerminal(int descriptor) {
        String target = target(descriptor);
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /** What a file descriptor leads to; empty if it leads nowhere, or the host does not tell. */
    private static String target(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
        } catch (IOException noProc) {
            return "";
        }
    }
}
