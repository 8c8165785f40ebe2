package dev.salvo.point;

/** Whose nanoseconds the figures are. */
public enum ClockKind {
    /** The host's own: nothing is modelled. */
    NATIVE,
    /** Emulated: every cost is a real wait, as long as a hardware profile says times the dilation. */
    PACED
}
