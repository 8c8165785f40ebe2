package dev.salvo.engine.probe;

/**
 * Which shootdowns the cores of a machine record: one in so many of one issuer's, and what precedes it.
 *
 * <p><b>Threads.</b> Any may look, and end the recording; the issuer's core turns it on and off.
 */
public final class RecordingSwitch {
    private final int issuer;
    /** One shootdown in so many is recorded, less one: all ones. */
    private final long mask;

    /**
     * Whether cores shall record now. The issuer sets it before it publishes the TLBI of the shootdown before the one that is to
     * be recorded: whoever has taken that TLBI reads this or something later. The publication orders the two, so opaque would
     * do; a volatile field does as well, written twice in so many shootdowns.
     */
    private volatile boolean on;
    /** Set once, by any thread; a core may go on recording for a moment, which nobody minds. */
    private volatile boolean over;

    /**
     * Makes a switch, which is on if there is no shootdown before the first to be recorded.
     *
     * @param issuer the core whose shootdowns are meant
     * @param every  one in so many of them: a power of two; 1 for all
     */
    public RecordingSwitch(int issuer, int every) {
        this.issuer = issuer;
        mask = every - 1L;
        on = every <= 2;
    }

    /** Ends the recording: what has been recorded stays. */
    public void end() {
        over = true;
    }

    boolean isOn() {
        return on && !over;
    }

    /** Whether nothing will be recorded any more. */
    boolean hasEnded() {
        return over;
    }

    int issuer() {
        return issuer;
    }

    /** Whether a shootdown of the issuer, from 0, is one that is to be recorded. */
    boolean isWanted(long shootdown) {
        return (shootdown & mask) == mask;
    }

    /** So many shootdowns of the issuer are over: turns it on for the one before one that is wanted, and for that. */
    void shootdownsOver(long shootdowns) {
        boolean next = (shootdowns & mask) >= mask - 1;
        if (on != next) {
            on = next;
        }
    }
}
