package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What software takes time for on a paced machine, whose profile says how much. Where nothing is modelled a step takes
 * the time that the host takes to do it, and saying so costs nothing.
 */
public enum Step {
    /** One system call: entry, finding the VMA, exit. */
    SYSCALL("syscall"),
    /** One split or merge of a VMA. */
    VMA("vma"),
    /** A page fault that brings a page in and maps it, but for the walk. */
    FAULT("fault"),
    /** {@code try_to_unmap} of one mapping, but for its flush. */
    UNMAP("unmap"),
    /** One page written to zram. */
    ZRAM_WRITE("zramWrite"),
    /** One frame given back. */
    FREE("free"),
    /** {@code mprotect} of one entry. */
    CHANGE_PTE("changePte"),
    /** {@code munmap} or {@code MADV_DONTNEED} of one entry, and letting its page go. */
    ZAP_PTE("zapPte"),
    /** What a program does for one cache line that it touches, besides waiting for it. */
    USER_LINE("userLine"),
    /** What a computing program does for one access. */
    USER_ACCESS("userAccess"),
    /** A switch from one process to another. */
    CONTEXT_SWITCH("contextSwitch");

    private final String key;

    Step(String key) {
        this.key = key;
    }

    /**
     * Its name in a profile's file.
     *
     * @return for instance {@code "zramWrite"}
     */
    public String key() {
        return key;
    }

    /**
     * All names.
     *
     * @return the keys, in the order of the constants
     */
    public static Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        Arrays.stream(values()).map(Step::key).forEach(keys::add);
        return keys;
    }

    /**
     * Lets the time of some of these pass on a paced core; on any other does nothing.
     *
     * @param core  the core that does them, whose thread calls
     * @param times how many
     */
    public void on(Core core, long times) {
        core.work(ordinal(), times);
    }
}
