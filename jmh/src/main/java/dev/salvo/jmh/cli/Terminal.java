package dev.salvo.jmh.cli;

import dev.salvo.results.TerminalStyle;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether a person is looking, and what their terminal can show. */
final class Terminal {
    private static final int OUT = 1;
    private static final int ERR = 2;

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

    /** How to print on standard output. */
    static TerminalStyle style() {
        return new TerminalStyle(out() && wantsColour(), charset().newEncoder().canEncode('µ'));
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
        boolean ascii = locale.equals("C") || locale.equals("POSIX");
        return ascii ? StandardCharsets.US_ASCII
            : locale.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8") || locale.isEmpty()
                ? StandardCharsets.UTF_8 : Charset.forName(System.getProperty("native.encoding"));
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
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException noProc) {
            return false;
        }
    }
}
