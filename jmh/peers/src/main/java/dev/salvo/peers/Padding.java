package dev.salvo.peers;

/** 128 bytes ahead of a subclass's fields, so that no two objects' fields share a pair of cache lines. */
abstract class Padding {
    long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16;
}
