package dev.salvo.results;

import java.util.Locale;

/** A picture while it is drawn: shapes and real text, and the document around them, light or dark as its reader asks. */
final class Drawing {
    private static final String LIGHT = """
        svg{max-width:100%;height:auto;background:#fff}
        text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;\
        font-size:14px;fill:#1f2328}
        .title{font-size:19px;font-weight:600} .note{fill:#59636e} .end{text-anchor:end} .mid{text-anchor:middle}
        .grid{stroke:#d1d9e0} .paper{fill:#fff}
        path{fill:none}
        """;
    private static final String DARK = """
        svg{background:#0d1117} text{fill:#e6edf3} .note{fill:#9da7b1} .grid{stroke:#343b44} .paper{fill:#0d1117}
        """;

    private final StringBuilder drawn = new StringBuilder();

    /** A path, and what is said where it is pointed at; nothing if that is empty. */
    void shape(String classes, String path, String tip) {
        drawn.append("<path class=\"").append(classes).append("\" d=\"").append(path)
            .append(tip.isEmpty() ? "\"/>\n" : "\"><title>" + Text.escaped(tip) + "</title></path>\n");
    }

    /** A line of text, of any characters; y is its baseline. */
    void text(double x, double y, String classes, String text) {
        drawn.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\"", x, y))
            .append(classes.isEmpty() ? "" : " class=\"" + classes + '"').append('>').append(Text.escaped(text))
            .append("</text>\n");
    }

    /**
     * The whole document.
     *
     * @param width       of what has been drawn
     * @param height      the same
     * @param shownWidth  how wide it is shown where there is room
     * @param heading     what it is, for those who do not see it
     * @param description what it shows, for the same
     * @param light       rules of style beside those that every picture has
     * @param dark        what of these is otherwise in the dark
     */
    String document(int width, int height, int shownWidth, String heading, String description, String light,
                    String dark) {
        return String.format(Locale.ROOT, """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" \
            aria-labelledby="title desc">
            <title id="title">%s</title>
            <desc id="desc">%s</desc>
            """, shownWidth, height * shownWidth / width, width, height, Text.escaped(heading), Text.escaped(description))
            + "<style>\n" + LIGHT + light + "@media(prefers-color-scheme:dark){\n" + DARK + dark + "}\n</style>\n"
            + "<rect class=\"paper\" x=\"-9\" y=\"-9\" width=\"120%\" height=\"120%\"/>\n" + drawn + "</svg>\n";
    }
}
