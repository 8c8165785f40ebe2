package dev.salvo.point;

/** Whole numbers as people and files write them: in the digits 0 to 9, where the JDK takes those of every script. */
public final class WholeNumber {
    private WholeNumber() {
    }

    /**
     * Reads one.
     *
     * @param text the digits, perhaps after a sign
     * @return the number
     * @throws NumberFormatException if it is none, has other digits or does not fit
     */
    public static int ofInt(String text) {
        return Integer.parseInt(ascii(text));
    }

    /**
     * Reads a long one.
     *
     * @param text the digits, perhaps after a sign
     * @return the number
     * @throws NumberFormatException if it is none, has other digits or does not fit
     */
    public static long ofLong(String text) {
        return Long.parseLong(ascii(text));
    }

    private static String ascii(String text) {
        if (text.chars().anyMatch(digit -> digit > '9')) {
            throw new NumberFormatException(text);
        }
        return text;
    }
}
