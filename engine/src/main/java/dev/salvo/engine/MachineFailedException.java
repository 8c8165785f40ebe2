package dev.salvo.engine;

/** Thrown by a machine's waits and by {@link Machine#close} after one of its cores has died; the cause says of what. */
public final class MachineFailedException extends RuntimeException {
    /** What {@link #dead} returns if no core has died. */
    public static final int NOBODY = -1;

    private static final long serialVersionUID = 1L;

    /** See {@link #dead()}. */
    private final int dead;

    MachineFailedException(String message, Throwable cause) {
        this(message, cause, NOBODY);
    }

    MachineFailedException(String message, Throwable cause, int dead) {
        super(message, cause);
        this.dead = dead;
    }

    /**
     * Who has died. Of several the first: the others have only heard of it.
     *
     * @return the core, or {@link #NOBODY} if none has: one was found not to answer, one could not start, or the Misc Node has died
     */
    public int dead() {
        return dead;
    }
}
