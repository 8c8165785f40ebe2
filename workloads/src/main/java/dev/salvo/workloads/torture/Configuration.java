package dev.salvo.workloads.torture;

import dev.salvo.engine.HardwareFault;
import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.kernel.KernelFault;
import java.util.SplittableRandom;

/**
 * One machine and what runs on it, as chosen by a seed.
 *
 * @param seed          the seed
 * @param cores         cores, 2 or more
 * @param hotPluggable  how many of them, the last ones, go offline and come back
 * @param interconnect  what carries TLBIs
 * @param capacity      how many of them it holds
 * @param tlb           the cores' TLBs
 * @param idle          what an idle core does
 * @param dsbSleeps     whether a core sleeps in a DSB
 * @param storeBuffer   entries of the model store buffer for page-table stores; 0 for none
 * @param strategy      how the kernel flushes
 * @param batch         pages freed with one flush
 * @param processes     how many processes there may be
 * @param privatePages  pages of private memory of each
 * @param sharedPages   pages of the memory that the first {@value #LASTING} share
 * @param asids         address space identifiers
 * @param fault         what is wrong, on purpose
 */
public record Configuration(long seed, int cores, int hotPluggable, InterconnectKind interconnect, int capacity,
                            TlbGeometry tlb, IdlePolicy idle, boolean dsbSleeps, int storeBuffer, Strategy strategy,
                            int batch, int processes, int privatePages, int sharedPages, int asids,
                            PlantedFault fault) {
    /** So many processes never exit. They share memory, too. */
    static final int LASTING = 2;

    private static final int[] CAPACITIES = {2, 4, 16, 64, 1024};
    private static final IdlePolicy[] IDLE = {IdlePolicy.AUTO, IdlePolicy.YIELD, IdlePolicy.PARK};
    private static final TlbGeometry[] TLBS = {TlbGeometry.NEOVERSE_N1, new TlbGeometry(4, 4, 16, 4),
        new TlbGeometry(16, 16, 64, 4)};
    private static final int[] STORE_BUFFERS = {1, 4, 16};

    /**
     * Refuses what cannot be.
     *
     * @throws IllegalArgumentException if the number of cores is out of range, or the fault cannot show under the
     *     strategy
     */
    static void require(int cores, Strategy strategy, PlantedFault fault) {
        if (cores < Torture.FEWEST_CORES || cores > MachineSpec.MAX_CORES) {
            throw new IllegalArgumentException(cores + " cores: torture takes " + Torture.FEWEST_CORES + ".."
                + MachineSpec.MAX_CORES);
        }
        if (strategy != null && fault.needsCpuMask() && strategy != Strategy.LOCAL) {
            throw new IllegalArgumentException(fault.name() + " cannot show under strategy " + Point.word(strategy)
                + ", which does not look at the cpumask: local does");
        }
        if (strategy == Strategy.SYNC && defersOnly(fault.kernel())) {
            throw new IllegalArgumentException(fault.name()
                + " cannot show under strategy sync, which defers nothing: batched and local do");
        }
    }

    /**
     * Chooses one.
     *
     * @param seed     what chooses
     * @param cores    how many cores, 2..{@value MachineSpec#MAX_CORES}
     * @param strategy the strategy; null for any
     * @param fault    what shall be wrong
     * @return the configuration: the same for the same arguments
     */
    static Configuration choose(long seed, int cores, Strategy strategy, PlantedFault fault) {
        SplittableRandom random = new SplittableRandom(seed);
        HardwareFault hardware = fault.hardware();
        int hotPluggable = random.nextInt(4) == 0 && !needsHotPlug(hardware) ? 0 : Math.max(1, cores / 4);
        InterconnectKind interconnect = hardware != HardwareFault.NONE ? InterconnectKind.RING
            : pick(random, InterconnectKind.values());
        int capacity = CAPACITIES[random.nextInt(CAPACITIES.length)];
        if (hardware == HardwareFault.OVERWRITE_WHEN_FULL || hardware == HardwareFault.STALE_TLB_ON_LINE) {
            capacity = CAPACITIES[random.nextInt(3)]; // who comes back reads all that is still in the ring
        }
        TlbGeometry tlb = pick(random, TLBS);
        IdlePolicy idle = pick(random, IDLE);
        boolean dsbSleeps = random.nextInt(3) == 0;
        int storeBuffer = random.nextBoolean() ? STORE_BUFFERS[random.nextInt(STORE_BUFFERS.length)] : 0;
        if (hardware == HardwareFault.ISHST_LEFT_OUT) {
            dsbSleeps = false;
            storeBuffer = Math.max(storeBuffer, STORE_BUFFERS[0]);
        } else if (hardware != HardwareFault.NONE) {
            dsbSleeps = hardware == HardwareFault.SENDER_FENCE_LEFT_OUT
                || hardware == HardwareFault.RECEIVER_FENCE_LEFT_OUT;
            storeBuffer = 0;
        } else if (dsbSleeps) {
            storeBuffer = 0;
        }
        Strategy chosen = chooseStrategy(random, strategy, fault);
        int batch = 1 + random.nextInt(31);
        int processes = LASTING + 2 + random.nextInt(Math.max(1, Math.min(cores / 2, 12)));
        int privatePages = 4 << random.nextInt(3);
        int sharedPages = 4 << random.nextInt(3);
        int asids = processes + 1 + random.nextInt(3);
        return new Configuration(seed, cores, hotPluggable, interconnect, capacity, tlb,
            hardware == HardwareFault.RECEIVER_FENCE_LEFT_OUT ? IdlePolicy.PARK : idle, dsbSleeps, storeBuffer, chosen,
            batch, processes, privatePages, sharedPages, asids, fault);
    }

    private static Strategy chooseStrategy(SplittableRandom random, Strategy asked, PlantedFault fault) {
        Strategy any = pick(random, Strategy.values());
        if (asked != null) {
            return asked;
        }
        if (fault.needsCpuMask()) {
            return Strategy.LOCAL;
        }
        return defersOnly(fault.kernel()) ? Strategy.BATCHED : any;
    }

    /** Faults of deferred flushes. */
    private static boolean defersOnly(KernelFault fault) {
        return switch (fault) {
            case FREED_BEFORE_FLUSH, DIRTY_FLUSH_LEFT_OUT, BATCHED_PENDING_LEFT_OUT, BATCHED_PENDING_IS_DSB -> true;
            default -> false;
        };
    }

    private static boolean needsHotPlug(HardwareFault fault) {
        return fault == HardwareFault.STALE_TLB_ON_LINE || fault == HardwareFault.ON_LINE_FENCE_LEFT_OUT;
    }

    /** How many cores, from 0, never go offline. */
    int alwaysOnline() {
        return cores - hotPluggable;
    }

    /** The most folios of private memory: what the processes have, and what those who work on some still hold. */
    int mostPrivatePages() {
        return processes * privatePages + cores * (privatePages + 2);
    }

    int framesPerCore() {
        int frames = mostPrivatePages() + sharedPages + cores * (batch + 2);
        return (frames + cores - 1) / cores;
    }

    /** In one line. */
    @Override
    public String toString() {
        return cores + " cores (" + hotPluggable + " go offline and come back), "
            + Point.word(interconnect) + " of " + capacity + ", TLB " + tlb.l1Entries() + "+" + tlb.l2Entries()
            + ", idle " + Point.word(idle) + (dsbSleeps ? ", DSB sleeps" : "")
            + (storeBuffer > 0 ? ", store buffer of " + storeBuffer : "")
            + ", " + Point.word(strategy) + ", batch " + batch + ", "
            + processes + " processes of " + privatePages + " pages and " + sharedPages + " shared, " + asids
            + " address space identifiers" + (fault == PlantedFault.NONE ? "" : ", broken: " + fault.name());
    }

    private static <T> T pick(SplittableRandom random, T[] of) {
        return of[random.nextInt(of.length)];
    }
}
