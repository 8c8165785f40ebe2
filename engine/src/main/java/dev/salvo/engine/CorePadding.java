package dev.salvo.engine;

/** Keeps what lies before a core in memory off its lines. Fields of a superclass are laid out first. */
abstract class CorePadding {
    long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
