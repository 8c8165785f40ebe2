package dev.salvo.results;

/**
 * Says in one line what is wrong with a run folder or a file of it: which file, which key, and what is accepted.
 *
 * <p>The message may quote the file, so control characters in it are replaced and its length is bounded: it is safe to
 * print to a terminal as it is.
 */
public final class BadRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;

    /**
     * Makes an exception without a cause.
     *
     * @param message what is wrong; made one line
     */
    public BadRunException(String message) {
        super(Text.oneLine(message, LONGEST));
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message what is wrong; made one line
     * @param cause   what was thrown below, for a stack trace
     */
    public BadRunException(String message, Throwable cause) {
        super(Text.oneLine(message, LONGEST), cause);
    }
}
