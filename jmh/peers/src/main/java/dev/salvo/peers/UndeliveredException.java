package dev.salvo.peers;

/** A core has not taken what a contender says it delivered: its figures are worth nothing. */
final class UndeliveredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UndeliveredException(String message) {
        super(message);
    }

    UndeliveredException(String message, Throwable cause) {
        super(message, cause);
    }
}
