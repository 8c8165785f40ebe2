package dev.salvo.results;

/**
 * What the screen that text goes to can show.
 *
 * @param colour  whether it is a terminal that understands ANSI colours; false for files and pipes
 * @param unicode whether its character set holds µ, ± and box drawing; false falls back to ASCII
 */
public record TerminalStyle(boolean colour, boolean unicode) {
    /** For files, pipes and documents: Unicode without colour. */
    public static final TerminalStyle PLAIN = new TerminalStyle(false, true);

    private static final String ESCAPE = "\u001b[";
    private static final String RESET = ESCAPE + 'm';

    /** What colours are used for. */
    enum Ink {
        HEADING("1"),
        FAINT("2"),
        WARNING("1;31"),
        SYNC("33"),
        BATCHED("36"),
        LOCAL("35");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    /** The text in a colour, if there are colours. */
    String ink(Ink ink, String text) {
        return colour ? ESCAPE + ink.code + 'm' + text + RESET : text;
    }

    /** The text in letters that the screen has. */
    String letters(String text) {
        return unicode ? text
            : text.replace('µ', 'u').replace("±", "+/-").replace('×', 'x').replace(" ·", ",").replace('–', '-')
            .replace('∝', '~').replace('²', '2').replace("…", "...")
            .replace("σ", "sigma").replace("κ", "kappa").replace("λ", "lambda");
    }
}
