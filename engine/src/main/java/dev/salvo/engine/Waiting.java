package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.SpinTime;
import dev.salvo.engine.host.YieldPolicy;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a core waits: for another core or for nobody in particular, and with nothing to do. When it looks again, when it gives
 * its CPU up, and whom it wakes before.
 *
 * <p>What is called in each round is given the core, though it is always the same: what is inlined there then knows it for the one
 * that it is inlined into, and loads nothing twice.
 *
 * <p><b>Threads.</b> The core's own, which makes it: near itself, where the heap there is new to the host.
 */
final class Waiting extends CorePadding {
    /**
     * How long a wait goes on before the CPU is given up, when that is the core's own (ns): the host may be busier than it
     * looked.
     */
    private static final long LOOK_NANOS_ON_OWN_CPU = 60_000;

    /**
     * The same when CPUs are shared but those waited for run on another (ns): for each core of this CPU so long as its turn
     * takes. To give the CPU up would cost a turn of them all, so to look for as long is at worst twice too long.
     */
    private static final long LOOK_NANOS_PER_TURN = 1_200;

    /** The same where others send too, and need this CPU to get on (ns): the time of one turn or less in all. */
    private static final long LOOK_NANOS_AMONG_SENDERS = 900;

    /**
     * How long a core that has a CPU of its own looks away after it has found something at its port (ns). Whoever issues a
     * batch is in the middle of it, and a look at once would take the line from under the next store; whoever issues one by
     * one has yet to see the acknowledgement.
     */
    private static final long PAUSE_NANOS_AFTER_WORK = 50;

    final YieldPolicy yieldPolicy;
    final Patience patience;
    /** All cores in the order in which a DSB looks at them: those that share this one's CPU first. */
    final int[] lookOrder;
    private final Core core;
    private final IdleStrategy idle;
    private final boolean sharesCpu;
    private final boolean othersSleep;
    /** Who shares this core's CPU, itself among them: its own copy, as their lines are written at every access. */
    private final boolean[] onThisCpu;
    /** Those times in rounds of a wait, as long as they are on this host; the last is 0 where CPUs are shared. */
    final int looksOnOwnCpu;
    private final int looksAmongSenders;
    private final int pauseAfterWork;
    /** Of the wait that is on: rounds since it began or the CPU was last given up. */
    private int looks;
    /** How many there may be for the core that is waited for now. */
    private int mostLooks;
    /** How many there may be in this wait for one that shares CPUs, but not this one's; and in a wait that begins. */
    private int looksElsewhere;
    private final int mostLooksElsewhere;

    Waiting(Core core) {
        this.core = core;
        Machine machine = core.machine;
        MachineSpec spec = machine.spec();
        sharesCpu = core.sharesCpu;
        patience = new Patience(machine);
        othersSleep = spec.idle() == IdlePolicy.PARK || spec.dsbSleeps();
        onThisCpu = onThisCpu(machine.placement(), core.id, spec.cores());
        lookOrder = lookOrder(onThisCpu);
        int sharers = (int) IntStream.of(lookOrder).filter(other -> onThisCpu[other]).count();
        yieldPolicy = new YieldPolicy(sharers);
        looksOnOwnCpu = SpinTime.rounds(LOOK_NANOS_ON_OWN_CPU);
        looksAmongSenders = SpinTime.rounds(LOOK_NANOS_AMONG_SENDERS);
        pauseAfterWork = sharesCpu ? 0 : SpinTime.rounds(PAUSE_NANOS_AFTER_WORK);
        mostLooksElsewhere = SpinTime.rounds(LOOK_NANOS_PER_TURN * sharers);
        looksElsewhere = mostLooksElsewhere;
        lookAt(core, -1);
        int spins = sharesCpu ? 0 : looksOnOwnCpu;
        idle = switch (spec.idle()) {
            case AUTO -> CoreIdle.yieldingAfter(core, spins);
            case SPIN -> CoreIdle.yieldingAfter(core, Integer.MAX_VALUE);
            case YIELD -> CoreIdle.yieldingAfter(core, 0);
            case PARK -> CoreIdle.parkingAfter(core, spins);
        };
    }

    private static boolean[] onThisCpu(Placement placement, int id, int cores) {
        boolean[] here = new boolean[cores];
        for (int core = 0; core < here.length; core++) {
            here[core] = placement.cpuOf(core) == placement.cpuOf(id);
        }
        return here;
    }

    /** Those elsewhere last: they come on while this core waits for the first ones, which need its CPU for that. */
    private static int[] lookOrder(boolean[] onThisCpu) {
        IntPredicate here = core -> onThisCpu[core];
        return IntStream.concat(IntStream.range(0, onThisCpu.length).filter(here),
            IntStream.range(0, onThisCpu.length).filter(here.negate())).toArray();
    }

    /** See {@link Core#relax}. */
    void relax(Core core, int laggard) {
        patience.check(core, laggard); // in every round: a wait in which others keep sending must end, too
        round(core, laggard);
    }

    /** One round of a wait that nobody's patience ends. */
    void round(Core core, int laggard) {
        if (core.serve() > 0) {
            looks = sharesCpu ? looks + 1 : 0;
            looksElsewhere = looksAmongSenders; // what came is others': its own was served when the wait began
            pauseAfterWork();
            return;
        }
        if (laggard != core.waitsFor) {
            lookAt(core, laggard);
            wake(core, laggard);
            core.machine.checkAlive();
        }
        if (looks < mostLooks) {
            looks++;
            Thread.onSpinWait();
            return;
        }
        if (sharesCpu) { // a turn later others have run: worth looking again
            looks = 0;
        }
        wake(core, laggard);
        core.giveUpCpu();
        core.machine.checkAlive();
    }

    /** Begins to wait for a core, or with -1 for nobody in particular. */
    void lookAt(Core core, int laggard) {
        core.waitsFor = laggard;
        if (!sharesCpu) { // the last one has come on
            looks = 0;
        }
        mostLooks = !sharesCpu ? looksOnOwnCpu
            : laggard >= 0 && !onThisCpu[laggard] ? looksElsewhere : 0;
    }

    /** A wait is over. */
    void over(Core core) {
        lookAt(core, -1);
        looks = 0;
        looksElsewhere = mostLooksElsewhere;
        patience.reset();
    }

    /** One round with nothing to do, after so much work in the last one. */
    void idle(int work) {
        idle.idle(work);
    }

    /** Looks away for a moment after it has found something at its port. */
    void pauseAfterWork() {
        SpinTime.pause(pauseAfterWork);
    }

    /** All at once, as a broadcast reaches them, and not each when its turn to be waited for comes. */
    void wakeAllBehind(long sequence) {
        if (!othersSleep) {
            return;
        }
        Interconnect interconnect = core.interconnect;
        for (int other : lookOrder) {
            if (interconnect.acknowledged(other, core.id) <= sequence) {
                wake(core, other);
            }
        }
    }

    /** Bit <i>n</i> of word <i>n</i> / 64: core <i>n</i>. */
    void wake(long[] targets) {
        if (!othersSleep) {
            return;
        }
        for (int word = 0; word < targets.length; word++) {
            for (long left = targets[word]; left != 0; left &= left - 1) {
                wake(core, word << 6 | Long.numberOfTrailingZeros(left));
            }
        }
    }

    private static void wake(Core core, int laggard) {
        if (laggard >= 0 && core.machine.core(laggard).wake()) {
            core.wakeUps++;
        }
    }
}
