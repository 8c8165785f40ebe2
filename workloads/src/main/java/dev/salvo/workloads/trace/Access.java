package dev.salvo.workloads.trace;

/** What a program does to memory, as valgrind's lackey tells it. */
public enum Access {
    /** An instruction is fetched: {@code I}. */
    INSTRUCTION,
    /** Data is read: {@code L}. */
    LOAD,
    /** Data is written: {@code S}. */
    STORE,
    /** Data is read and then written by one instruction, at one address and in one size: {@code M}. */
    MODIFY
}
