package dev.salvo.jmh.cli;

/**
 * What a person gave to a command cannot be used. The message is the one line that is printed, before the command exits
 * with 2: the thing, what is wrong with it, and what is accepted.
 */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Refuses an input.
     *
     * @param message the line to print, without an end
     */
    public BadInput(String message) {
        super(message);
    }

    /**
     * Refuses an input because of what it led to.
     *
     * @param message the line to print, without an end
     * @param cause   what happened
     */
    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
