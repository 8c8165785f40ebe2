package dev.salvo.results;

import java.util.Locale;

/** Whether what a figure was at several dilations falls along a straight line in 1 / dilation, from the best to the worst. */
public enum Straightness {
    /** It does, as far as would move the figure. */
    STRAIGHT(""),
    /** Forks scatter too much to tell, or there are too few of them, or of dilations. */
    CANNOT_TELL("?"),
    /** It does not. */
    BENT("~");

    private final String mark;

    Straightness(String mark) {
        this.mark = mark;
    }

    /** What stands behind a bound. */
    String mark() {
        return mark;
    }

    /**
     * The word for it.
     *
     * @return straight, cannot tell or bent
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Of a figure that is made of two. */
    Straightness and(Straightness other) {
        return ordinal() >= other.ordinal() ? this : other;
    }
}
