package dev.salvo.workloads.torture;

/** Something that must hold did not. The message says what, and where. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String what) {
        super(what);
    }
}
