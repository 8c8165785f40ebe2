package dev.salvo.engine;

import org.agrona.concurrent.IdleStrategy;

/**
 * Spins for a number of rounds, then gives the CPU up every round, or sleeps if it may. Starts over after every round
 * that did something, so that a core which is being talked to stays awake.
 *
 * <p>Agrona's own strategies neither count their yields nor can be woken; hence this one. It belongs to one core.
 */
final class CoreIdle implements IdleStrategy {
    /** Yields before sleep, where sleep is allowed. */
    private static final int YIELDS_BEFORE_PARKING = 20;

    private final Core core;
    private final int spins;
    private final int restsBeforeParking;
    private int rounds;

    private CoreIdle(Core core, int spins, int restsBeforeParking) {
        this.core = core;
        this.spins = spins;
        this.restsBeforeParking = restsBeforeParking;
    }

    /** Spins, then yields. */
    static CoreIdle yieldingAfter(Core core, int spins) {
        return new CoreIdle(core, spins, Integer.MAX_VALUE);
    }

    /** Spins, then yields, then sleeps until woken. */
    static CoreIdle parkingAfter(Core core, int spins) {
        return new CoreIdle(core, spins, spins + YIELDS_BEFORE_PARKING);
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            rounds = 0;
            if (spins > 0) {
                core.waiting.pauseAfterWork();
            }
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (rounds < spins) {
            rounds++;
            Thread.onSpinWait();
        } else if (rounds < restsBeforeParking) {
            rounds += restsBeforeParking == Integer.MAX_VALUE ? 0 : 1;
            core.giveUpCpu();
        } else {
            core.park();
            rounds = 0;
        }
    }

    @Override
    public void reset() {
        rounds = 0;
    }
}
