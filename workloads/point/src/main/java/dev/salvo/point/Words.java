package dev.salvo.point;

import java.util.Locale;

/** What constants are called; apart from {@link Point}, whose axes are described with it. */
final class Words {
    private Words() {
    }

    /** A constant's name in lower case, with hyphens. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The other way about; the name of no constant if the word is none of theirs. */
    static String constant(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
