package dev.salvo.point;

/** How a sender leaves the page-table entries of its pages before it pages them out. */
public enum PteState {
    /** It reads: entries are clean, though their pages are dirty. */
    CLEAN,
    /** It writes: entries are dirty, and every page must be flushed before it is written out. */
    DIRTY
}
