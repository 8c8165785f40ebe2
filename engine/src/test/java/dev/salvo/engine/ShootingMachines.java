package dev.salvo.engine;

import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A program of two machines that shoot all the time, one whose senders stay awake and one whose senders sleep, at a
 * core that is deaf most of the time, so that whoever stops the program stops it in the middle of a long wait. It goes
 * on until a step has taken longer than their patience, as it does when the process is stopped meanwhile, and then for
 * a while; or until a core is said to be stuck.
 */
final class ShootingMachines {
    static final long PATIENCE_MILLIS = 4_000;
    private static final int DEAF = 3;
    private static final long DEAF_MILLIS = 400;
    private static final long STEPS_AFTERWARDS = 4;

    private ShootingMachines() {
    }

    /** Exits 0, or 1 if a machine has failed. */
    public static void main(String[] none) {
        AtomicLong longest = new AtomicLong();
        // A small ring: a core that joins reads what is in it, and this one looks at its port twice in DEAF_MILLIS.
        MachineSpec spec = MachineSpec.of(4).capacity(16).patience(TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS));
        try (Machine awake = shooting(spec, longest); Machine asleep = shooting(spec.dsbSleeps(true), longest)) {
            System.out.println("shooting");
            while (TimeUnit.NANOSECONDS.toMillis(longest.get()) <= PATIENCE_MILLIS) {
                asleep.checkAlive();
                awake.takeOffline(DEAF, null); // waits too
                awake.bringOnline(DEAF, null);
            }
            shootOn(awake);
            shootOn(asleep);
        } catch (CoreStuckException | MachineFailedException failed) {
            System.out.println(failed.getMessage().replace('\n', ' '));
            System.exit(1);
        }
        System.out.println("no core was stuck; the longest step took "
            + TimeUnit.NANOSECONDS.toMillis(longest.get()) + " ms");
    }

    private static Machine shooting(MachineSpec spec, AtomicLong longest) {
        Machine machine = new Machine(spec);
        for (int sender = 0; sender < 2; sender++) {
            machine.run(sender, core -> {
                long start = System.nanoTime();
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
                longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                return 1;
            });
        }
        machine.run(DEAF, core -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(DEAF_MILLIS));
            return 1;
        });
        machine.start();
        return machine;
    }

    private static void shootOn(Machine machine) {
        long until = machine.counts().tlbis() + STEPS_AFTERWARDS;
        while (machine.counts().tlbis() < until) {
            machine.checkAlive();
            Thread.yield();
        }
    }
}
