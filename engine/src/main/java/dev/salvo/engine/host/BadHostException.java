package dev.salvo.engine.host;

/**
 * This host cannot be measured on, or not in the way that was asked for: its files contradict one another beyond any
 * sane reading, or it has no such CPUs. The message is one line that names the thing, what is wrong, and what is
 * accepted.
 */
public final class BadHostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadHostException(String message) {
        super(message);
    }
}
