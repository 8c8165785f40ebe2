package dev.salvo.engine.host;

import java.util.Optional;

/**
 * This host, or what of it this process is allowed, does not do for what was asked: threads cannot be pinned, there are
 * not enough of them, memory is short, no folder takes a native library. Neither the machine nor the input is wrong. The
 * message is one line: what could not be done, where, why, and what to do about it.
 */
public class UnsuitableHostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MIB = 1 << 20;

    /**
     * Says what the host does not do.
     *
     * @param message one line
     */
    public UnsuitableHostException(String message) {
        super(message);
    }

    /**
     * Says what the host does not do, and what told so.
     *
     * @param message one line
     * @param cause   what happened
     */
    public UnsuitableHostException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What a shortage that the JVM met is called, and what helps.
     *
     * @param error the shortage
     * @return the same, in a line
     */
    public static UnsuitableHostException of(OutOfMemoryError error) {
        String said = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
        if (said.contains("thread")) {
            return new UnsuitableHostException("no more threads can be started (" + said + "): a limit of the user "
                + "(ulimit -u), of a control group (pids.max) or of memory is reached; raise it, or ask for fewer cores",
                error);
        }
        if (said.contains("irect")) { // "Direct buffer memory", and since JDK 17 "Cannot reserve … direct buffer memory"
            return new UnsuitableHostException("not enough memory outside the heap (" + said + "); raise "
                + "-XX:MaxDirectMemorySize, or ask for fewer cores", error);
        }
        return new UnsuitableHostException("not enough memory (" + said + ", at most "
            + Runtime.getRuntime().maxMemory() / MIB + " MiB of heap); give more (java -Xmx...), or ask for less", error);
    }

    /**
     * Looks for an unsuitable host behind a failure.
     *
     * @param failure what was thrown
     * @return what its chain of causes has of this kind, or of a shortage, as a new exception with this failure as its
     *         cause, to be thrown; empty if there is none
     */
    public static Optional<UnsuitableHostException> behind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsuitableHostException) {
                return Optional.of(new UnsuitableHostException(cause.getMessage(), failure));
            }
            if (cause instanceof OutOfMemoryError shortage) {
                return Optional.of(new UnsuitableHostException(of(shortage).getMessage(), failure));
            }
        }
        return Optional.empty();
    }
}
