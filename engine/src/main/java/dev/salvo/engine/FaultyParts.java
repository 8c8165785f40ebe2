package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.memory.PteStores;
import dev.salvo.engine.memory.StoreBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Cores, and parts of cores, with one {@link HardwareFault} each, for checks that have to find it. None of them is loaded by a
 * machine without a fault.
 */
final class FaultyParts {
    /** How much a core serves before it fails: it has been seen to work. */
    static final int SERVED_BEFORE_FAILURE = 200;

    /** How long a store stays in a store buffer that nothing drains. Far longer than any real one's does. */
    private static final long HELD_BACK_NANOS = 200_000;

    private FaultyParts() {
    }

    /** A core of a machine with a fault of the cores. */
    static Core core(HardwareFault fault, Machine machine, int id) {
        boolean last = id == machine.spec().cores() - 1;
        return switch (fault) {
            case DSB_LEFT_OUT -> new DsbLeftOut(machine, id);
            case STALE_TLB_ON_LINE -> new StaleTlbOnline(machine, id);
            case CORE_NEVER_RETURNS -> last ? new NeverReturns(machine, id) : new Core(machine, id);
            case CORE_DIES -> last ? new Dies(machine, id) : new Core(machine, id);
            default -> throw new IllegalArgumentException(fault + " is no fault of whole cores");
        };
    }

    /** How a DSB sleeps on a machine with a fault of that. */
    static DsbWait dsbWait(HardwareFault fault, Core core, SleepingWait[] waits) {
        return switch (fault) {
            case SENDER_FENCE_LEFT_OUT -> new SenderFenceLeftOut(core, waits);
            case RECEIVER_FENCE_LEFT_OUT -> new ReceiverFenceLeftOut(core, waits);
            default -> throw new IllegalArgumentException(fault + " is no fault of DSBs that sleep");
        };
    }

    /** The store buffer of {@link HardwareFault#ISHST_LEFT_OUT}. */
    static PteStores storeBuffer(int entries) {
        return new StoreBuffer(entries) {
            @Override
            public void barrier() {
            }
        };
    }

    /** {@link HardwareFault#DSB_LEFT_OUT}. */
    private static final class DsbLeftOut extends Core {
        DsbLeftOut(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        long awaitAcknowledgements() {
            return pending;
        }
    }

    /** {@link HardwareFault#STALE_TLB_ON_LINE}. */
    private static final class StaleTlbOnline extends Core {
        StaleTlbOnline(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        void emptyTlb() {
        }
    }

    /** {@link HardwareFault#SENDER_FENCE_LEFT_OUT}. */
    static class SenderFenceLeftOut extends SleepingWait {
        SenderFenceLeftOut(Core core, SleepingWait[] waits) {
            super(core, waits);
        }

        @Override
        final boolean announceTo(SleepingWait late) {
            boolean behind = isBehind(late);
            if (behind) {
                storeIsHeldBack();
                late.announce(core.id);
            }
            return behind;
        }

        void storeIsHeldBack() {
            passTime(core);
        }
    }

    /** {@link HardwareFault#RECEIVER_FENCE_LEFT_OUT}. */
    static class ReceiverFenceLeftOut extends SleepingWait {
        ReceiverFenceLeftOut(Core core, SleepingWait[] waits) {
            super(core, waits);
        }

        @Override
        final boolean fallAsleep() {
            boolean nothing = core.interconnect.acknowledged(core.id, core.id) != Interconnect.OFFLINE
                && core.serve() == 0 && core.interconnect.isEmpty(core.id);
            if (nothing) {
                storeIsHeldBack();
            }
            Core.PARKED.setVolatile(core, 1);
            return nothing;
        }

        void storeIsHeldBack() {
            passTime(core);
        }
    }

    /** {@link HardwareFault#CORE_NEVER_RETURNS}. */
    private static final class NeverReturns extends Core {
        NeverReturns(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        int take() {
            if (served >= SERVED_BEFORE_FAILURE) {
                loopUntilTheMachineStops();
            }
            return super.take();
        }

        /** Gives its CPU up: the fault is that it does not serve, not that it is busy. */
        private void loopUntilTheMachineStops() {
            while (orders() != STOP) {
                machine.checkAlive();
                LockSupport.parkNanos(this, 1_000_000);
            }
        }
    }

    /** {@link HardwareFault#CORE_DIES}. */
    private static final class Dies extends Core {
        Dies(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        int take() {
            if (served >= SERVED_BEFORE_FAILURE) {
                throw new IllegalStateException("core " + id + " breaks down after " + served + " operations");
            }
            return super.take();
        }
    }

    private static void passTime(Core core) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < HELD_BACK_NANOS) {
            core.giveUpCpu();
        }
    }
}
