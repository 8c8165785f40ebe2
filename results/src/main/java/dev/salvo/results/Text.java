package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** Text made fit to be shown: foreign text on one line, long text on several. */
final class Text {
    /** Stands between the items of a caption. */
    static final String AND = " · ";
    /** Stands between the columns of a table. */
    private static final String GAP = "  ";
    private static final char NO_BREAK = '\u00a0';

    private Text() {
    }

    /** The text with every run of control characters and line breaks as one blank, cut to a length. */
    static String oneLine(String text, int longest) {
        String line = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+", " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest - 1) + "…";
    }

    /** Whether a text is a line that can be shown as it is. */
    static boolean isLine(String text, int longest) {
        return !text.isBlank() && text.equals(oneLine(text, longest));
    }

    /** Text as markup may hold it, between tags and in quotes: markup escaped, characters that XML forbids replaced. */
    static String escaped(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "\uFFFD")
            .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** A foreign value as a message quotes it. */
    static String quoted(String value) {
        return '\'' + oneLine(value, 60) + '\'';
    }

    /** Items between {@link #AND}, broken after some of those into lines of at most so many characters. */
    static List<String> wrappedItems(String items, int longest) {
        String unbroken = items.replace(' ', NO_BREAK).replace(NO_BREAK + "·" + NO_BREAK, NO_BREAK + "· ");
        return wrapped(unbroken, longest).stream().map(line -> line.replace(NO_BREAK, ' ')).toList();
    }

    /** The text broken at blanks into lines of at most so many characters; a longer word is broken anywhere. */
    static List<String> wrapped(String text, int longest) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > longest) {
            int blank = rest.lastIndexOf(' ', longest);
            int end = blank > 0 ? blank : longest;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    /** How wide each column of some lines of cells is. */
    static int[] widths(List<List<String>> lines) {
        int[] widths = new int[lines.get(0).size()];
        lines.forEach(line -> Arrays.setAll(widths, i -> Math.max(widths[i], line.get(i).length())));
        return widths;
    }

    /** A line of cells in columns of such widths, without blanks at its end. */
    static String aligned(List<String> cells, int[] widths, IntPredicate toTheLeft) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String blanks = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? "" : GAP).append(toTheLeft.test(i) ? cells.get(i) + blanks : blanks + cells.get(i));
        }
        return line.toString().stripTrailing();
    }
}
