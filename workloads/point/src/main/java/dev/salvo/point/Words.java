package dev.salvo.point;

import java.util.Locale;

/** What constants are called; apart from {@link Point}, whose axes are described with it. */
final class Words {
    private Words() {
    }

    /** A constant's name in lower case. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
