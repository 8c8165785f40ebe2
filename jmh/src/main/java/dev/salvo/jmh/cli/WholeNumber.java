package dev.salvo.jmh.cli;

/** Whole numbers as options have them: in the digits 0 to 9, where the JDK takes those of every script. */
final class WholeNumber {
    private WholeNumber() {
    }

    /**
     * Reads one.
     *
     * @throws NumberFormatException if it is none, has other digits or does not fit
     */
    static int ofInt(String text) {
        return Integer.parseInt(ascii(text));
    }

    /**
     * Reads a long one.
     *
     * @throws NumberFormatException if it is none, has other digits or does not fit
     */
    static long ofLong(String text) {
        return Long.parseLong(ascii(text));
    }

    private static String ascii(String text) {
        if (text.chars().anyMatch(digit -> digit > '9')) {
            throw new NumberFormatException(text);
        }
        return text;
    }
}
