package dev.salvo.point;

/** What the cores that do not send are doing. */
public enum Load {
    /** Nothing but serving invalidations. */
    IDLE,
    /** Running a user program over memory of their own. */
    OWN,
    /** Running a user program over the senders' memory, as other threads of the same process. */
    SHARED
}
