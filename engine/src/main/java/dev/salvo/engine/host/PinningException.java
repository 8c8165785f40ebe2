package dev.salvo.engine.host;

/**
 * A thread is not where it was to be pinned, which is this host's doing. The message is one line that names the thread,
 * the CPU and what was found instead.
 */
public final class PinningException extends UnsuitableHostException {
    private static final long serialVersionUID = 1L;

    PinningException(String message) {
        super(message);
    }

    PinningException(String message, Throwable cause) {
        super(message, cause);
    }
}
