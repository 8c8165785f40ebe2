package dev.salvo.engine;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.CpuSet;
import dev.salvo.engine.host.Placement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The threads that carry a machine's cores: its own crew, and those that adopt the first cores; and the Misc Node's, where
 * there is one.
 *
 * <p><b>Threads.</b> {@link #start} and {@link #stop} are for the machine's owner. A place in {@link #carriers} is written
 * before its thread is started, or by the adopter under the array's lock; others read it only to find out whether it is
 * themselves, or through {@link Core#thread}.
 */
final class CoreThreads {
    /** Between two looks at threads that come up or end. Looks are counted, so that a stopped process counts as one. */
    private static final long LOOK_MILLIS = 100;

    private final Core[] cores;
    private final int adopted;
    private final Placement placement;
    private final Diagnosis diagnosis;
    private final long patienceNanos;
    private final Thread[] carriers;
    private final CpuSet[] masksBefore;
    private final String[] namesBefore;

    /** Threads of some cores, the first of which are left for adoption. The array may be filled later. */
    CoreThreads(Core[] cores, int adopted, Placement placement, Diagnosis diagnosis, long patienceNanos) {
        this.cores = cores;
        this.adopted = adopted;
        this.placement = placement;
        this.diagnosis = diagnosis;
        this.patienceNanos = patienceNanos;
        carriers = new Thread[cores.length];
        masksBefore = new CpuSet[cores.length];
        namesBefore = new String[cores.length];
    }

    // ---- the crew

    /** Starts the Misc Node's thread, if there is one, and every core's that is not left for adoption. Waits until they are. */
    void start(Runnable miscNode) {
        if (miscNode != null) {
            startMiscNode(miscNode);
        }
        CountDownLatch online = new CountDownLatch(cores.length - adopted);
        for (int id = adopted; id < cores.length; id++) {
            Core core = cores[id];
            carriers[id] = new Thread(() -> live(core, online), Diagnosis.name(id));
            start(carriers[id]);
        }
        try {
            // Threads come up as the host pleases: that is no core's delay, however short the patience with those.
            long looks = TimeUnit.NANOSECONDS.toMillis(Math.max(patienceNanos, TimeUnit.SECONDS.toNanos(10)))
                / LOOK_MILLIS;
            while (!online.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                diagnosis.checkAlive();
                if (--looks < 0) {
                    throw diagnosis.doesNot("come online", firstOffline());
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MachineFailedException("interrupted while the cores were starting", interrupted);
        }
        diagnosis.checkAlive();
    }

    private void startMiscNode(Runnable miscNode) {
        start(new Thread(() -> {
            try {
                CpuPinning.pin(placement.cpuOf(placeOfMiscNode(cores.length, placement.cpus())));
                miscNode.run();
            } catch (Throwable death) { // all wait for it: they must hear of it
                diagnosis.died("misc-node", death);
            }
        }, "misc-node"));
    }

    /**
     * Which core's place the Misc Node's thread has: that of one more, on a CPU that carries fewer cores than others do.
     * Where all carry as many, the last core's: core 0 does most of the work in most experiments.
     */
    static int placeOfMiscNode(int cores, int cpus) {
        return cores % cpus == 0 ? cores - 1 : cores;
    }

    private void live(Core core, CountDownLatch online) {
        try {
            CpuPinning.pin(placement.cpuOf(core.id()));
            core.attach();
            online.countDown();
            core.live();
        } catch (Throwable death) {
            diagnosis.died(core.id(), death);
        }
    }

    private void start(Thread thread) {
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            diagnosis.died(thread.getName(), noThread);
            diagnosis.checkAlive();
        }
    }

    private int firstOffline() {
        int id = adopted;
        while (id < cores.length - 1 && cores[id].isOnline()) {
            id++;
        }
        return id;
    }

    // ---- adoption

    /** See {@link Machine#adopt}. */
    Core adopt(int id) {
        if (id < 0 || id >= adopted) {
            throw new IllegalArgumentException("core " + id + " is not left for adoption: the first " + adopted
                + " of " + cores.length + " are");
        }
        CpuSet maskBefore = CpuPinning.mask();
        Thread adopter = Thread.currentThread();
        synchronized (carriers) { // of two adopters one; neither is a core yet, so they may block
            if (carriers[id] != null) {
                throw new IllegalStateException("core " + id + " has been adopted already");
            }
            for (int other = 0; other < carriers.length; other++) {
                if (carriers[other] == adopter) {
                    throw new IllegalStateException("core " + id + " cannot be adopted by a thread that carries core "
                        + other + ": it could not serve both");
                }
            }
            carriers[id] = adopter;
            masksBefore[id] = maskBefore;
            namesBefore[id] = adopter.getName();
        }
        try {
            CpuPinning.pin(placement.cpuOf(id));
            adopter.setName(Diagnosis.name(id));
            cores[id].attach();
            return cores[id];
        } catch (RuntimeException | Error notAdopted) {
            giveBack(id);
            throw notAdopted;
        }
    }

    /** See {@link Machine#release}. */
    void release(Core core) {
        int id = core.id();
        if (id >= adopted || cores[id] != core || carriers[id] != Thread.currentThread()) {
            throw new IllegalStateException("core " + id + " was not adopted by this thread");
        }
        try {
            core.goOffline();
        } finally {
            giveBack(id);
        }
    }

    /** Gives the calling thread, which has adopted a core, back what it was. */
    private void giveBack(int id) {
        CpuSet maskBefore = masksBefore[id];
        Thread.currentThread().setName(namesBefore[id]);
        synchronized (carriers) {
            carriers[id] = null; // from here on another may adopt
        }
        CpuPinning.restore(maskBefore);
    }

    // ---- the end

    /** Refuses what a thread of the crew must not do, since it would wait for itself. */
    void requireToBeOutside() {
        for (int id = adopted; id < cores.length; id++) {
            if (carriers[id] == Thread.currentThread()) {
                throw new IllegalStateException(Diagnosis.name(id)
                    + " cannot close its own machine: it would wait for itself to end");
            }
        }
    }

    /** Releases what the calling thread has adopted, tells every core to stop, and waits for their threads. */
    void stop() {
        RuntimeException trouble = null;
        for (int id = 0; id < adopted; id++) {
            if (carriers[id] == Thread.currentThread()) {
                try {
                    release(cores[id]);
                } catch (RuntimeException notInOrder) {
                    trouble = notInOrder;
                }
            }
        }
        for (int id = adopted; id < cores.length; id++) {
            cores[id].order(CorePort.STOP);
        }
        try {
            join();
            diagnosis.checkAlive();
        } catch (RuntimeException worse) {
            if (trouble != null) {
                worse.addSuppressed(trouble);
            }
            throw worse;
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    /** Waits for all threads, no longer than one patience in all: they stop side by side. */
    private void join() {
        // At least 1 ms: for 0 Java waits for ever.
        long look = Math.max(1, Math.min(LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(patienceNanos) / 10));
        long looks = TimeUnit.NANOSECONDS.toMillis(patienceNanos) / look;
        boolean interrupted = false;
        try {
            for (int id = adopted; id < cores.length; id++) {
                if (carriers[id] == null) {
                    continue;
                }
                do {
                    interrupted |= !isJoined(carriers[id], look);
                } while (carriers[id].isAlive() && --looks > 0 && !diagnosis.isKnownToBeStuck(id));
                if (carriers[id].isAlive() && !diagnosis.hasFailed()) {
                    throw diagnosis.doesNot("stop", id);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for a thread to end, for so many milliseconds. Returns false if it was interrupted. */
    private static boolean isJoined(Thread thread, long millis) {
        try {
            thread.join(millis);
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }

    /** Whether a core has a thread, and that has not ended. */
    boolean isAlive(int id) {
        Thread carrier = carriers[id];
        return carrier != null && carrier.isAlive();
    }
}
