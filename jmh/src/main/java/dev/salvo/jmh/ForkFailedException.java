package dev.salvo.jmh;

import dev.salvo.engine.host.UnsuitableHostException;
import org.openjdk.jmh.runner.RunnerException;

/** A measured JVM has failed, or could not be started. The message is a line: the first cause, and what to do. */
public final class ForkFailedException extends RunnerException {
    private static final long serialVersionUID = 1L;

    /** What else would fail for the same cause. */
    private final FirstCause.Reach reach;

    /**
     * A failure whose cause is known.
     *
     * @param cause     what came first
     * @param exception what JMH made of it, null if it never came so far
     */
    ForkFailedException(FirstCause cause, Throwable exception) {
        super(cause.line(), exception);
        reach = cause.reach();
    }

    /**
     * A failure because this host does not do.
     *
     * @param unsuitable what it lacks
     */
    ForkFailedException(UnsuitableHostException unsuitable) {
        this(new FirstCause(unsuitable.getMessage(), FirstCause.Reach.ANY), unsuitable);
    }

    /**
     * What else would fail for the same cause.
     *
     * @return this point only, larger ones too, or any
     */
    public FirstCause.Reach reach() {
        return reach;
    }
}
