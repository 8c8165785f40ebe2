package dev.salvo.syscalls;

import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;

/**
 * One point of the experiment: what is asked of this host's kernel, by whom, and who else is there.
 *
 * @param op        what senders do
 * @param cores     senders and all others, 1..1024; more than the host has CPUs share them
 * @param senders   how many of them send, each on memory of its own, 1..{@code cores}
 * @param pages     pages per operation, 1..{@value #MAX_PAGES}; membarrier has none, and 1 here
 * @param others    what those do that do not send
 * @param placement in which order the host's CPUs are taken, the senders' first
 */
public record KernelPoint(Operation op, int cores, int senders, int pages, Others others, PlacementPolicy placement) {
    /** One gather of the kernel holds as many pages and more; beyond that it flushes several times an operation. */
    public static final int MAX_PAGES = 8192;

    /** All senders' pages together, so that a slip on the command line does not fill the host's memory. */
    public static final int MAX_PAGES_OF_ALL = 1 << 18;

    /**
     * Checks what can be checked without a host.
     *
     * @param op        not null
     * @param cores     1..1024
     * @param senders   1..{@code cores}
     * @param pages     1..{@value #MAX_PAGES}
     * @param others    not null; none only if all cores send
     * @param placement not null
     * @throws IllegalArgumentException if a value is not accepted, in one line
     */
    public KernelPoint {
        if (cores < 1 || cores > Placement.MAX_CORES) {
            throw new IllegalArgumentException("cores " + cores + ": must be 1.." + Placement.MAX_CORES);
        }
        if (senders < 1 || senders > cores) {
            throw new IllegalArgumentException("senders " + senders + ": must be 1.." + cores + ", the number of cores");
        }
        if (pages < 1 || pages > MAX_PAGES) {
            throw new IllegalArgumentException("pages " + pages + ": must be 1.." + MAX_PAGES);
        }
        if (op == Operation.MEMBARRIER && pages != 1) {
            throw new IllegalArgumentException("pages " + pages + ": membarrier has no pages; accepted is 1");
        }
        if ((long) senders * pages > MAX_PAGES_OF_ALL) {
            throw new IllegalArgumentException("senders " + senders + " with pages " + pages + ": all senders' pages must be "
                + "at most " + MAX_PAGES_OF_ALL);
        }
        if (others == Others.NONE && cores > senders) {
            throw new IllegalArgumentException("others none: cores " + cores + " with senders " + senders + " leaves "
                + (cores - senders) + "; accepted is as many senders as cores");
        }
    }

    /**
     * How many cores do not send.
     *
     * @return 0 or more
     */
    public int targets() {
        return cores - senders;
    }
}
