package dev.salvo.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines of cells under heads, aligned, in groups with headings of their own. */
final class TextTable {
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
        List<List<String>> all = new ArrayList<>(List.of(lettered(heads, style)));
        groups.values().forEach(lines -> lines.forEach(cells -> all.add(lettered(cells, style))));
        int[] widths = Text.widths(all);
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
        return Text.aligned(lettered(cells, style), widths, i -> i < leftmost || i == widths.length - 1);
    }

    private static List<String> lettered(List<String> cells, TerminalStyle style) {
        return cells.stream().map(style::letters).toList();
    }
}
