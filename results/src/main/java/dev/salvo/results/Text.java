package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text made fit to be shown: foreign text on one line, long text on several. */
final class Text {
    /** Stands between the items of a caption. */
    static final String AND = " · ";
    /** Stands between the columns of a table. */
    private static final String GAP = "  ";
    private static final char NO_BREAK = '\u00a0';
    /** Stands for what was cut out. */
    private static final String CUT = "…";
    private static final int LONGEST_QUOTED = 60;
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+");
    /** The same in a word, where another blank than the usual one would be taken for that. */
    private static final Pattern UNSEEN_IN_A_WORD = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Z}\\p{Cs}&&[^ ]]+");
    private static final Pattern NOT_ASCII = Pattern.compile("[^ -~]+");
    /** What makes several words of one, or is how a quoted one begins. */
    private static final Pattern NO_WORD = Pattern.compile("[\\p{Z}=]|^\"");

    private Text() {
    }

    /** The text with every run of control characters and line breaks as one blank, cut to a length. */
    static String oneLine(String text, int longest) {
        String line = UNSEEN.matcher(text).replaceAll(" ").strip();
        return line.length() <= longest ? line : start(line, longest - 1) + CUT;
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
        return '\'' + shortened(oneLine(value, Integer.MAX_VALUE), LONGEST_QUOTED) + '\'';
    }

    /**
     * A foreign word as a table shows it: as it is, or in quotes and with escapes, as JSON writes it, if it would not be
     * seen whole otherwise. Different words stay different.
     *
     * @param word    the word; may be empty
     * @param unicode whether what is not ASCII can be seen
     */
    static String word(String word, boolean unicode) {
        Pattern unseenHere = unicode ? UNSEEN_IN_A_WORD : NOT_ASCII;
        if (!word.isEmpty() && !unseenHere.matcher(word).find() && !NO_WORD.matcher(word).find()) {
            return word;
        }
        return unseenHere.matcher(Json.MAPPER.writeValueAsString(word)).replaceAll(unseen ->
            unseen.group().chars().mapToObj(unit -> String.format(Locale.ROOT, "\\\\u%04x", unit))
                .collect(Collectors.joining()));
    }

    /**
     * Texts shortened in the middle, and no more than lets each be told from all others: texts that differ look
     * different, however long that makes them.
     *
     * @param texts   lines of text
     * @param longest what each is shortened to if that tells it apart
     * @return what to show of each
     */
    static Map<String, String> toldApart(Collection<String> texts, int longest) {
        Set<String> distinct = new LinkedHashSet<>(texts);
        for (int length = longest;; length += length) {
            Map<String, String> shown = new HashMap<>();
            int most = length;
            distinct.stream().collect(Collectors.groupingBy(text -> shortened(text, most))).forEach((cut, alike) -> {
                if (alike.size() == 1) {
                    shown.put(alike.get(0), cut);
                } else {
                    cutAround(alike, most, shown);
                }
            });
            if (new HashSet<>(shown.values()).size() == distinct.size()) {
                return shown;
            }
        }
    }

    /** The text, or of a longer one its beginning and its end. */
    static String shortened(String text, int longest) {
        int tail = longest / 2;
        return text.length() <= longest ? text : start(text, longest - 1 - tail) + CUT + end(text, tail);
    }

    /** Of texts that look alike when they are cut in the middle, what all have in common is left out instead. */
    private static void cutAround(List<String> alike, int longest, Map<String, String> shown) {
        int third = longest / 3;
        int from = inCommon(alike);
        int behind = inCommon(alike.stream().map(text -> reversed(text.substring(from))).toList());
        alike.forEach(text -> shown.put(text, start(text, third) + CUT
            + shortened(text.substring(from, text.length() - behind), third) + CUT + end(text, third)));
    }

    /** The length of the beginning that all have in common; no half of a pair of surrogates is. */
    private static int inCommon(List<String> texts) {
        String first = texts.get(0);
        int length = texts.stream().mapToInt(text -> mismatch(text, first)).min().getAsInt();
        return length > 0 && Character.isHighSurrogate(first.charAt(length - 1)) ? length - 1 : length;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    private static int mismatch(String one, String other) {
        int at = Arrays.mismatch(one.toCharArray(), other.toCharArray());
        return at < 0 ? one.length() : at;
    }

    /** At most so many characters; a surrogate goes with its other half. */
    private static String start(String text, int length) {
        return text.substring(0, Character.isLowSurrogate(text.charAt(length)) ? length - 1 : length);
    }

    private static String end(String text, int length) {
        int from = text.length() - length;
        return text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
    }

    /** Items between {@link #AND}, broken after some of those into lines of at most so many characters. */
    static List<String> wrappedItems(String items, int longest) {
        String unbroken = items.replace(' ', NO_BREAK).replace(NO_BREAK + "·" + NO_BREAK, NO_BREAK + "· ");
        return wrapped(unbroken, longest).stream().map(line -> line.replace(NO_BREAK, ' ')).toList();
    }

    /** What stands in small print below figures: lines, the last one ended too. */
    static String notes(List<String> notes, int longest, TerminalStyle style) {
        return notes.stream().flatMap(note -> wrapped(style.letters(note), longest).stream())
            .map(line -> style.ink(TerminalStyle.Ink.FAINT, line) + '\n').collect(Collectors.joining());
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
