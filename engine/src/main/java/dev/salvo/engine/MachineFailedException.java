package dev.salvo.engine;

/** Thrown by a machine's waits and by {@link Machine#close} after one of its cores has died; the cause says of what. */
public final class MachineFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MachineFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
