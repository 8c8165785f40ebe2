package dev.salvo.workloads.program;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.host.PlacementPolicy;
import java.util.Locale;
import java.util.Objects;

/**
 * One point of the experiment.
 *
 * @param cores        cores of the machine, 1..1024
 * @param senders      how many of them page out, each its own memory, 1..cores
 * @param mappings     processes that map each sender's memory, at least 1
 * @param strategy     how TLBs are flushed
 * @param interconnect what carries the TLBIs
 * @param list         pages handed to reclaim at once, at least 1; the published program: 256
 * @param batch        pages freed with one flush, at least 1; Linux since 6.10: 31
 * @param load         what the other cores do
 * @param pte          how the entries are left
 * @param placement    where the threads are put
 * @param ring         operations that fit the interconnect, or each inbox where there are inboxes; a power of two,
 *                     2..{@value #MAX_RING}
 * @param idle         how cores wait that have nothing to do
 * @param workload     what senders do; a sender of {@link Workload#PROTECT} is an instance, with children on several cores
 * @param pacing       whose nanoseconds it is measured in
 */
public record PageOutSpec(int cores, int senders, int mappings, Strategy strategy, InterconnectKind interconnect,
                          int list, int batch, Load load, PteState pte, PlacementPolicy placement, int ring,
                          IdlePolicy idle, Workload workload, Pacing pacing) {
    /** Pages of the published program: 1 MiB. */
    public static final int SEED_PAGES = 256;

    /** Pages freed with one flush since Linux 6.10. */
    public static final int SEED_BATCH = 31;

    /** The longest list and the largest batch. */
    public static final int MAX_PAGES = 1 << 14;

    /** Operations that fit the interconnect if nothing else is said. */
    public static final int DEFAULT_RING = 4096;

    /** The most that fit: as many as the longest list has pages. 1024 such inboxes are 64 MiB. */
    public static final int MAX_RING = 1 << 14;

    /**
     * Checks that there can be such a point.
     *
     * @param cores        1..1024
     * @param senders      1..cores
     * @param mappings     1 or more, as far as there are address space identifiers
     * @param strategy     any
     * @param interconnect any
     * @param list         1..{@value #MAX_PAGES}
     * @param batch        1..{@value #MAX_PAGES}
     * @param load         any
     * @param pte          any
     * @param placement    any
     * @param ring         a power of two, 2..{@value #MAX_RING}
     * @param idle         any
     * @param workload     any
     * @param pacing       any
     * @throws IllegalArgumentException with the name, the value and what is accepted, if one is out of range
     */
    public PageOutSpec {
        Objects.requireNonNull(strategy, "strategy: must be given");
        Objects.requireNonNull(interconnect, "interconnect: must be given");
        Objects.requireNonNull(load, "load: must be given");
        Objects.requireNonNull(pte, "pte: must be given");
        Objects.requireNonNull(placement, "placement: must be given");
        Objects.requireNonNull(idle, "idle: must be given");
        Objects.requireNonNull(workload, "workload: must be given");
        Objects.requireNonNull(pacing, "pacing: must be given");
        if (pacing.isPaced()) {
            int most = pacing.profile().cores();
            require(cores <= most, "cores " + cores + ": must be 1.." + most + ", for " + pacing.profile().name() + " has "
                + most);
            require(interconnect == InterconnectKind.RING, "interconnect " + interconnect.name().toLowerCase(Locale.ROOT)
                + ": must be ring on a paced clock, whose Misc Node broadcasts through it");
            require(idle != IdlePolicy.PARK, "idle park: must be auto, spin or yield on a paced clock, for its cores look at"
                + " deadlines");
        }
        require(workload != Workload.PROTECT || !pacing.isPaced() || cores > 1,
            "cores 1: must be 2 or more with the workload protect on a paced clock, where core 0 watches the time");
        require(workload != Workload.VICTIM || senders < cores, "senders " + senders
            + ": must be fewer than the cores with the workload victim, so that one is left to compute");
        require(workload != Workload.MUNMAP || load != Load.SHARED,
            "load shared: must be idle or own with the workload munmap, which takes its memory away");
        require(workload == Workload.SEED || mappings == 1, "mappings " + mappings + ": must be 1 with any workload but seed");
        require(cores >= 1 && cores <= MachineSpec.MAX_CORES, "cores " + cores + ": must be 1.." + MachineSpec.MAX_CORES);
        require(senders >= 1 && senders <= cores, "senders " + senders + ": must be 1.." + cores
            + ", no more than there are cores");
        // Other cores' user programs need address spaces too: one each.
        int most = (Tlbi.MAX_ASID - cores) / senders;
        require(mappings >= 1 && mappings <= most, "mappings " + mappings + ": must be 1.." + most + " with " + senders
            + (senders == 1 ? " sender" : " senders") + ", since every process needs an address space identifier");
        require(list >= 1 && list <= MAX_PAGES, "list " + list + ": must be 1.." + MAX_PAGES + " pages");
        require(batch >= 1 && batch <= MAX_PAGES, "batch " + batch + ": must be 1.." + MAX_PAGES + " pages");
        require(ring >= 2 && ring <= MAX_RING && Integer.bitCount(ring) == 1, "ring " + ring
            + ": must be a power of two, 2.." + MAX_RING);
    }

    /**
     * The published experiment on a machine of some cores: one sender, one process, a list of 256, a batch of 31, clean
     * entries, the other cores idle.
     *
     * @param cores    cores
     * @param strategy how TLBs are flushed
     * @return the point
     */
    public static PageOutSpec seed(int cores, Strategy strategy) {
        return new PageOutSpec(cores, 1, 1, strategy, InterconnectKind.RING, SEED_PAGES, SEED_BATCH, Load.IDLE,
            PteState.CLEAN, PlacementPolicy.COMPACT, DEFAULT_RING, IdlePolicy.AUTO, Workload.SEED, Pacing.NATIVE);
    }

    /**
     * The same point at another pace.
     *
     * @param other whose nanoseconds
     * @return a copy
     */
    public PageOutSpec with(Pacing other) {
        return new PageOutSpec(cores, senders, mappings, strategy, interconnect, list, batch, load, pte, placement, ring,
            idle, workload, other);
    }

    /**
     * The same point under another strategy.
     *
     * @param otherStrategy how TLBs are flushed
     * @param otherBatch    pages freed with one flush
     * @return a copy
     */
    public PageOutSpec with(Strategy otherStrategy, int otherBatch) {
        return new PageOutSpec(cores, senders, mappings, otherStrategy, interconnect, list, otherBatch, load, pte, placement,
            ring, idle, workload, pacing);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
