package dev.salvo.syscalls;

import java.util.Arrays;
import java.util.Locale;

/** What a sender asks of the kernel, again and again; one of them is one operation. */
public enum Operation {
    /** mprotect(2) to read-only and back to writable, then a write to each page: the pair is one operation. */
    MPROTECT(2),
    /** madvise(2) MADV_DONTNEED, then a write to each page, which faults. */
    DONTNEED(1),
    /** munmap(2), then the same mapped anew, and a write to each page, which faults. */
    MUNMAP(3),
    /** mremap(2) to another place, then a write to each page, which does not fault; the next one moves it back. */
    MREMAP(1),
    /** madvise(2) MADV_PAGEOUT, then a read of each page, which swaps it in. Only where there is swap. */
    PAGEOUT(1),
    /** membarrier(2), private and expedited: an interrupt of each CPU that runs a thread of this process, and nothing else. */
    MEMBARRIER(1);

    private final int calls;

    Operation(int calls) {
        this.calls = calls;
    }

    /**
     * How many system calls one operation makes, page faults apart: so many empty ones are subtracted.
     *
     * @return 1 or more
     */
    public int calls() {
        return calls;
    }

    /**
     * The operation that a word names.
     *
     * @param word such as {@code mprotect}
     * @return the operation
     * @throws IllegalArgumentException if it names none
     */
    public static Operation of(String word) {
        return Arrays.stream(values()).filter(each -> each.toString().equals(word)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("op " + word + ": accepted are mprotect, dontneed, munmap, "
                + "mremap, pageout and membarrier"));
    }

    /** The word of options and results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
