package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.host.UnsuitableHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The detective of a machine: which core has died, which does not answer, and all that can be said of it. Whatever is found
 * first fails the machine, and everybody who waits hears of it.
 *
 * <p><b>Threads.</b> Any. The failure is set once, by a compare-and-set. Who asks for it reads it by an acquire: nothing else
 * goes by it but what lies in the exception, and a moment later is soon enough, so on AArch64 a wait is spared the order with
 * the stores before it that a volatile load has. What is read of other cores to name them is a moment old.
 */
final class Diagnosis {
    private final Core[] cores;
    private final Interconnect interconnect;
    private final AtomicReference<MachineFailedException> failure = new AtomicReference<>();

    /** Of some cores, the array of which is filled before any of them runs. */
    Diagnosis(Core[] cores, Interconnect interconnect) {
        this.cores = cores;
        this.interconnect = interconnect;
    }

    // ---- what has become of it

    /** Whether it has failed. */
    boolean hasFailed() {
        return failure.getAcquire() != null;
    }

    /** Whether it has failed because a core does not answer. */
    boolean isKnownToBeStuck(int id) {
        MachineFailedException failed = failure.getAcquire();
        return failed != null && failed.getCause() instanceof CoreStuckException stuck && stuck.laggard() == id;
    }

    /** See {@link Machine#checkAlive}. */
    void checkAlive() {
        MachineFailedException failed = failure.getAcquire();
        if (failed != null) {
            Optional<UnsuitableHostException> unsuitable = UnsuitableHostException.behind(failed);
            if (unsuitable.isPresent()) {
                throw unsuitable.get();
            }
            // A new one for each who hears of it: with its own stack, and because a try-with-resources that got the
            // same one from its body and from close could not add it to itself.
            throw new MachineFailedException(failed.getMessage(), failed.getCause(), failed.dead());
        }
    }

    /**
     * A core does not answer: all that wait hear of it at once, whoever has found it. An adopted core may be the only one that
     * ever does, and its thread may do with the exception what it likes.
     */
    private CoreStuckException failed(CoreStuckException stuck) {
        failure.compareAndSet(null, new MachineFailedException(stuck.getMessage(), stuck));
        return stuck;
    }

    /** Whatever a core died of: all that wait for it must hear of it. */
    void died(int id, Throwable death) {
        failure.compareAndSet(null, new MachineFailedException(name(id) + " died: " + death, death, id));
    }

    /** The same of what is no core, or not yet one. */
    void died(String who, Throwable death) {
        failure.compareAndSet(null, new MachineFailedException(who + " died: " + death, death));
    }

    /** Says what a core does not do, and fails the machine. */
    CoreStuckException doesNot(String what, int id) {
        return failed(new CoreStuckException(id, name(id) + " does not " + what + where(id)));
    }

    // ---- who is late

    /** Says all that is known about a core that does not answer, and fails the machine. */
    CoreStuckException stuck(Core waiter, int laggard, long waited) {
        String what = name(waiter.id()) + " has waited " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms";
        if (laggard < 0) {
            return failed(new CoreStuckException(laggard, what + where(waiter.id())));
        }
        // Who is waited for may be waiting itself, for a lock whose holder waits in a DSB: it is the last who is late.
        StringBuilder chain = new StringBuilder(what).append(" for ").append(name(laggard));
        boolean[] named = new boolean[cores.length];
        Core before = waiter;
        Core last = cores[laggard];
        int next = last.waitsFor;
        while (next >= 0 && !named[last.id()]) {
            named[last.id()] = true;
            before = last;
            last = cores[next];
            next = last.waitsFor;
            chain.append(", which waits for ").append(name(last.id()));
        }
        // In a circle those who wait for a lock serve their ports: late is whose acknowledgement is missing.
        Core circle = last;
        for (int hop = 0; next >= 0 && !isLate(last, before) && hop < cores.length; hop++) {
            before = last;
            last = cores[next];
            next = last.waitsFor;
        }
        if (last != circle) {
            chain.append("; late is ").append(name(last.id()));
        }
        long acknowledged = interconnect.acknowledged(last.id(), before.id());
        chain.append(acknowledged == Interconnect.OFFLINE ? ", which is offline"
            : ", which has acknowledged up to sequence " + acknowledged);
        if (isLate(last, before)) {
            chain.append(" and is waited for at ").append(before.pending);
        }
        return failed(new CoreStuckException(last.id(), chain + where(last.id())));
    }

    /** Whether a core has not acknowledged what another has issued and not yet waited for. */
    private boolean isLate(Core core, Core issuer) {
        return issuer.pending >= 0 && interconnect.acknowledged(core.id(), issuer.id()) <= issuer.pending;
    }

    /** Says that a core should have woken another, and has not; and fails the machine. */
    CoreStuckException wakeUpLost(Core sleeper, Core waker, long slept) {
        long acknowledged = interconnect.acknowledged(waker.id(), sleeper.id());
        String how = acknowledged == Interconnect.OFFLINE ? " is offline"
            : acknowledged > sleeper.pending ? " has acknowledged up to sequence " + acknowledged
            : " sleeps with the operation at its port, having acknowledged up to sequence " + acknowledged;
        return failed(new CoreStuckException(waker.id(), "a wake-up was lost: " + name(sleeper.id()) + " has slept "
            + TimeUnit.NANOSECONDS.toMillis(slept) + " ms, waiting for " + name(waker.id()) + " at sequence "
            + sleeper.pending + ", and " + name(waker.id()) + how + where(waker.id())));
    }

    private String where(int id) {
        Thread thread = cores[id].thread();
        if (thread == null) {
            return "; it has no thread";
        }
        StringBuilder text = new StringBuilder("; ").append(name(id)).append(" is ").append(thread.getState());
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }

    /** How a core is called, and its thread. */
    static String name(int id) {
        return String.format(Locale.ROOT, "core-%03d", id);
    }
}
