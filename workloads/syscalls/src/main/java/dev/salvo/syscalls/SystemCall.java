package dev.salvo.syscalls;

import dev.salvo.engine.host.UnsuitableHostException;
import java.util.Locale;
import java.util.Map;

/** System calls for which the C library has no function: their numbers, by the JDK's names of architectures. */
enum SystemCall {
    MEMBARRIER(Map.of("amd64", 324, "aarch64", 283, "riscv64", 283, "ppc64le", 365, "s390x", 356)),
    GET_MEMPOLICY(Map.of("amd64", 239, "aarch64", 236, "riscv64", 236, "ppc64le", 260, "s390x", 269));

    private final Map<String, Integer> numbers;

    SystemCall(Map<String, Integer> numbers) {
        this.numbers = numbers;
    }

    boolean isKnown() {
        return numbers.containsKey(System.getProperty("os.arch"));
    }

    /** Its number here. */
    long number() {
        if (!isKnown()) {
            throw new UnsuitableHostException(this + " cannot be called: its number on " + System.getProperty("os.arch")
                + " is not known here; measure another op");
        }
        return numbers.get(System.getProperty("os.arch"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
