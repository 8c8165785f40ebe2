package dev.salvo.engine.clock;

/**
 * A hardware profile cannot be used. The message is one line for a person: which file, where in it, what is wrong and
 * what is accepted. Foreign text in it is cut short and free of control characters.
 */
public final class BadProfileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Refuses a profile.
     *
     * @param message the line, without an end
     */
    public BadProfileException(String message) {
        super(message);
    }

    /**
     * Refuses a profile because of what it led to.
     *
     * @param message the line, without an end
     * @param cause   what happened
     */
    public BadProfileException(String message, Throwable cause) {
        super(message, cause);
    }
}
