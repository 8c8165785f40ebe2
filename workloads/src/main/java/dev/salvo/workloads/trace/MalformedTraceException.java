package dev.salvo.workloads.trace;

import java.io.IOException;

/** Input that is no trace. The message is one line: where, what stands there, and what is accepted. */
public final class MalformedTraceException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedTraceException(String message) {
        super(message);
    }

    MalformedTraceException(String message, IOException cause) {
        super(message, cause);
    }
}
