package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import java.util.concurrent.locks.LockSupport;

/**
 * Cores with one {@link HardwareFault} each, for checks that have to find it. None of them is loaded by a machine
 * without a fault.
 */
final class FaultyCores {
    /** How much a core serves before it fails: it has been seen to work. */
    static final int SERVED_BEFORE_FAILURE = 200;

    /** How long a store stays in a store buffer that nothing drains. Far longer than any real one's does. */
    private static final long HELD_BACK_NANOS = 200_000;

    private FaultyCores() {
    }

    /** A core of a machine with a fault of the cores. */
    static Core of(HardwareFault fault, Machine machine, int id) {
        boolean last = id == machine.spec().cores() - 1;
        return switch (fault) {
            case DSB_LEFT_OUT -> new DsbLeftOut(machine, id);
            case ISHST_LEFT_OUT -> new IshstLeftOut(machine, id, machine.spec().pteStoreBuffer());
            case STALE_TLB_ON_LINE -> new StaleTlbOnLine(machine, id);
            case SENDER_FENCE_LEFT_OUT -> new SenderFenceLeftOut(machine, id);
            case RECEIVER_FENCE_LEFT_OUT -> new ReceiverFenceLeftOut(machine, id);
            case CORE_NEVER_RETURNS -> last ? new NeverReturns(machine, id) : new Core(machine, id);
            case CORE_DIES -> last ? new Dies(machine, id) : new Core(machine, id);
            default -> throw new IllegalArgumentException(fault + " is no fault of the cores");
        };
    }

    /** {@link HardwareFault#DSB_LEFT_OUT}. */
    private static final class DsbLeftOut extends Core {
        DsbLeftOut(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        void complete() {
            pending = NOTHING_PENDING;
        }
    }

    /** {@link HardwareFault#ISHST_LEFT_OUT}. */
    private static final class IshstLeftOut extends StoreBufferCore {
        IshstLeftOut(Machine machine, int id, int entries) {
            super(machine, id, entries);
        }

        @Override
        public void dsbIshst() {
            dsbIshst++;
        }
    }

    /** {@link HardwareFault#STALE_TLB_ON_LINE}. */
    private static final class StaleTlbOnLine extends Core {
        StaleTlbOnLine(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        void goOnLine() {
            interconnect.join(id, tlb);
            ON_LINE.setRelease(this, true);
        }
    }

    /** {@link HardwareFault#SENDER_FENCE_LEFT_OUT}. */
    static class SenderFenceLeftOut extends SleepingCore {
        SenderFenceLeftOut(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        final boolean announceTo(SleepingCore late) {
            boolean behind = isBehind(late);
            if (behind) {
                storeIsHeldBack();
                late.announce(id);
            }
            return behind;
        }

        void storeIsHeldBack() {
            passTime(this);
        }
    }

    /** {@link HardwareFault#RECEIVER_FENCE_LEFT_OUT}. */
    static class ReceiverFenceLeftOut extends SleepingCore {
        ReceiverFenceLeftOut(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        final boolean fallAsleep() {
            boolean nothing = interconnect.acknowledged(id, id) != Interconnect.OFF_LINE && serve() == 0
                && interconnect.isEmpty(id);
            if (nothing) {
                storeIsHeldBack();
            }
            PARKED.setVolatile(this, 1);
            return nothing;
        }

        void storeIsHeldBack() {
            passTime(this);
        }
    }

    /** {@link HardwareFault#CORE_NEVER_RETURNS}. */
    private static final class NeverReturns extends Core {
        NeverReturns(Machine machine, int id) {
            super(machine, id);
        }

        @Override
        public int serve() {
            if (served >= SERVED_BEFORE_FAILURE) {
                loopUntilTheMachineStops();
            }
            return super.serve();
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
        public int serve() {
            if (served >= SERVED_BEFORE_FAILURE) {
                throw new IllegalStateException("core " + id + " breaks down after " + served + " operations");
            }
            return super.serve();
        }
    }

    private static void passTime(Core core) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < HELD_BACK_NANOS) {
            core.giveUpCpu();
        }
    }
}
