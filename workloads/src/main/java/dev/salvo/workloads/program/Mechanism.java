package dev.salvo.workloads.program;

import static dev.salvo.workloads.kernel.Deferral.ALWAYS;
import static dev.salvo.workloads.kernel.Deferral.IF_ELSEWHERE;
import static dev.salvo.workloads.kernel.Deferral.NEVER;

import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.kernel.TlbFlush;
import dev.salvo.workloads.kernel.arm64.Arm64LocalTlb;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the architecture does to make TLBs forget, as {@link dev.salvo.point.Axis#MECHANISM} calls it; and the one table of
 * what goes together. Each has a row: under which
 * strategies there is such a kernel, and by what and when it flushes then.
 */
public enum Mechanism {
    /** arm64's broadcast. Its {@code local} is {@link #ARM64_LOCAL}, batched: the word is older than that mechanism's. */
    ARM64(Map.of(
        Strategy.SYNC, () -> new TlbFlush(new Arm64Tlb(), NEVER),
        Strategy.BATCHED, () -> new TlbFlush(new Arm64Tlb(), ALWAYS),
        Strategy.LOCAL, () -> new TlbFlush(new Arm64LocalTlb(), IF_ELSEWHERE))),

    /** arm64's broadcast if the address space has run elsewhere; else the core's own TLB forgets, and that is all. */
    ARM64_LOCAL(Map.of(
        Strategy.SYNC, () -> new TlbFlush(new Arm64LocalTlb(), NEVER),
        Strategy.BATCHED, () -> new TlbFlush(new Arm64LocalTlb(), IF_ELSEWHERE)));

    private final Map<Strategy, Supplier<TlbFlush>> row;

    Mechanism(Map<Strategy, Supplier<TlbFlush>> row) {
        this.row = row;
    }

    /**
     * Makes the flush of a kernel. It costs nothing, so whoever only wants to know whether there is one may ask, too.
     *
     * @param strategy when flushes are waited for
     * @return how the kernel flushes
     * @throws IllegalArgumentException if the two do not go together, in one line
     */
    public TlbFlush flush(Strategy strategy) {
        Supplier<TlbFlush> made = row.get(strategy);
        if (made == null) {
            throw new IllegalArgumentException("strategy " + Point.word(strategy) + ": must be "
                + strategies().stream().map(Point::word).collect(Collectors.joining(" or "))
                + " with the mechanism " + Point.word(this));
        }
        return made.get();
    }

    /**
     * The strategies under which there is such a kernel.
     *
     * @return one or more, in their order
     */
    public List<Strategy> strategies() {
        return Arrays.stream(Strategy.values()).filter(row::containsKey).toList();
    }
}
