package dev.salvo.syscalls;

import java.util.Arrays;
import java.util.Locale;

/** What those cores do that do not send. */
public enum Others {
    /** Threads of the same process that compute in user mode: each has to be interrupted. */
    SPIN,
    /** Threads of the same process that sleep: x86 leaves them alone, but for freed page tables. */
    SLEEP,
    /** Threads of another process that compute and share nothing: the control, for nothing has to reach them. */
    PROCESSES,
    /** There are no others. */
    NONE;

    /**
     * The constant that a word names.
     *
     * @param word such as {@code spin}
     * @return the constant
     * @throws IllegalArgumentException if it names none
     */
    public static Others of(String word) {
        return Arrays.stream(values()).filter(each -> each.toString().equals(word)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("others " + word + ": accepted are spin, sleep, processes and "
                + "none"));
    }

    /** The word of options and results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
