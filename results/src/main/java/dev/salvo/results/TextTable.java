package dev.salvo.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines of cells under heads, aligned, in groups with headings of their own. */
final class TextTable {
    private static final String GAP = "  ";
    private static final int WIDTH = 120;

    private final List<String> heads;
    private final int leftmost;
    private final Map<String, List<List<String>>> groups = new LinkedHashMap<>();

    /**
     * An empty table.
     *
     * @param heads    of the columns
     * @param leftmost how many columns at the left are words, and not figures; the last one is words, too
     */
    TextTable(List<String> heads, int leftmost) {
        this.heads = heads;
        this.leftmost = leftmost;
    }

    void add(String group, List<String> cells) {
        groups.computeIfAbsent(group, none -> new ArrayList<>()).add(cells);
    }

    /** Lines, the last one ended too. */
    String text(TerminalStyle style) {
        int[] widths = heads.stream().mapToInt(String::length).toArray();
        groups.values().forEach(lines -> lines.forEach(cells -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], style.letters(cells.get(i)).length());
            }
        }));
        StringBuilder text = new StringBuilder();
        groups.forEach((group, lines) -> {
            text.append('\n');
            Text.wrappedItems(group, WIDTH).forEach(part ->
                text.append(style.ink(TerminalStyle.Ink.HEADING, style.letters(part))).append('\n'));
            text.append(style.ink(TerminalStyle.Ink.FAINT, line(heads, widths, style))).append('\n');
            lines.forEach(cells -> text.append(line(cells, widths, style)).append('\n'));
        });
        return text.toString();
    }

    private String line(List<String> cells, int[] widths, TerminalStyle style) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = style.letters(cells.get(i));
            String blanks = " ".repeat(widths[i] - cell.length());
            boolean words = i < leftmost || i == widths.length - 1;
            line.append(i == 0 ? "" : GAP).append(words ? cell + blanks : blanks + cell);
        }
        return line.toString().stripTrailing();
    }
}
