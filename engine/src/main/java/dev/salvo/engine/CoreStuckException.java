package dev.salvo.engine;

/** Thrown by a wait that has lasted too long. Names the core that does not answer, and shows where it is. */
public final class CoreStuckException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The core that does not answer, or -1. */
    private final int laggard;

    CoreStuckException(int laggard, String message) {
        super(message);
        this.laggard = laggard;
    }

    /**
     * Who does not answer.
     *
     * @return the core, or -1 if the wait was not for one core
     */
    public int laggard() {
        return laggard;
    }
}
