package dev.salvo.engine;

/** Thrown by a machine's waits and by {@link Machine#close} after one of its cores has died; the cause says of what. */
public final class MachineFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NONE = -1;

    /** The core that has died, or -1. */
    private final int dead;

    MachineFailedException(String message, Throwable cause) {
        this(message, cause, NONE);
    }

    MachineFailedException(String message, Throwable cause, int dead) {
        super(message, cause);
        this.dead = dead;
    }

    /**
     * Who has died. Of several the first: the others have only heard of it.
     *
     * @return the core, or -1 if none has: one was found not to answer, one could not start, or the Misc Node has died
     */
    public int dead() {
        return dead;
    }
}
