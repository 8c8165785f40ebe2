package dev.salvo.peers;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * So many cores: pinned threads that are the same for every contender, and sleep between turns.
 *
 * <p>Made, used and closed by one thread. A core that does not come to the end of what it was given is named, with its
 * stack; the crew is of no use then, and its threads stay where they are until the process ends.
 */
final class Crew implements AutoCloseable {
    private static final int MOST_FRAMES = 6;
    private static final long START_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final List<Seat> seats;
    private final List<Thread> threads = new ArrayList<>();
    private final long patienceNanos;
    private volatile Errand errand;

    /** What all threads do next, with a line from which they start together. */
    private static final class Errand {
        final Consumer<Seat> prepare;
        final Consumer<Seat> action;
        final AtomicInteger atTheLine = new AtomicInteger();
        final CountDownLatch done;
        volatile Throwable failure;

        Errand(Consumer<Seat> prepare, Consumer<Seat> action, int cores) {
            this.prepare = prepare;
            this.action = action;
            done = new CountDownLatch(cores);
        }
    }

    /**
     * Starts the threads and pins them.
     *
     * @param placement     where
     * @param patienceNanos how long {@link #run} waits for the last core
     */
    Crew(Placement placement, long patienceNanos) {
        this.patienceNanos = patienceNanos;
        Seat[] made = new Seat[placement.cores()];
        CountDownLatch seated = new CountDownLatch(made.length);
        Errand toBePinned = new Errand(seat -> { }, seat -> { }, made.length);
        errand = toBePinned;
        for (int core = 0; core < made.length; core++) {
            int own = core;
            Thread thread = new Thread(() -> {
                try {
                    CpuPinning.pin(placement.cpuOf(own));
                    made[own] = new Seat(own, placement.oversubscribed(), placement.cores()); // by its own thread, so near it
                } catch (Throwable unpinned) { // whatever it is, whoever waits for this thread has to hear of it
                    toBePinned.failure = unpinned;
                    return;
                } finally {
                    seated.countDown();
                }
                live(made[own], toBePinned);
            }, String.format(Locale.ROOT, "core-%03d", core));
            thread.setDaemon(true); // one that hangs must not keep the process from saying so
            threads.add(thread);
            thread.start();
        }
        await(toBePinned, seated, START_NANOS);
        seats = List.of(made);
    }

    /** The cores, in their order. */
    List<Seat> seats() {
        return seats;
    }

    /**
     * Has every core do something, all at the same time, and waits until all have.
     *
     * @param prepare what each does before
     * @param action  what each does when all are ready
     * @throws UndeliveredException if a core fails, or does not come to an end in time
     */
    void run(Consumer<Seat> prepare, Consumer<Seat> action) {
        Errand next = new Errand(prepare, action, seats.size());
        errand = next;
        threads.forEach(LockSupport::unpark);
        await(next, next.done, patienceNanos);
    }

    /** Ends the threads. */
    @Override
    public void close() {
        errand = null;
        threads.forEach(LockSupport::unpark);
    }

    private void live(Seat seat, Errand first) {
        Errand last = first;
        while (true) {
            Errand next = errand;
            if (next == last) {
                LockSupport.park(this);
                continue;
            }
            if (next == null) {
                return;
            }
            last = next;
            try {
                next.prepare.accept(seat);
                next.atTheLine.incrementAndGet();
                while (next.atTheLine.get() < seats.size()) {
                    seat.idle();
                }
                next.action.accept(seat);
            } catch (Throwable failure) { // the others wait for this core: whoever waits for all has to hear of it
                next.failure = failure;
                return;
            } finally {
                next.done.countDown();
            }
        }
    }

    private void await(Errand errand, CountDownLatch all, long patienceNanos) {
        long deadline = System.nanoTime() + patienceNanos;
        try {
            while (!all.await(100, TimeUnit.MILLISECONDS) && errand.failure == null) {
                if (System.nanoTime() - deadline > 0) {
                    throw new UndeliveredException(stuck(errand, patienceNanos));
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UndeliveredException("interrupted", interrupted);
        }
        if (errand.failure != null) {
            throw new UndeliveredException(errand.failure.toString(), errand.failure);
        }
    }

    /** Most cores wait for another: the one that has taken least is named, with its stack. Figures are a moment old. */
    private String stuck(Errand errand, long patienceNanos) {
        String who = "they have not started";
        if (seats != null) { // null while the threads are being pinned
            Seat laggard = Collections.min(seats, Comparator.comparingLong(Seat::taken));
            Thread thread = threads.get(laggard.core);
            who = thread.getName() + " has taken least, " + laggard.taken() + ", and is at "
                + Arrays.stream(thread.getStackTrace()).limit(MOST_FRAMES).map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
        }
        return errand.done.getCount() + " of " + threads.size() + " cores have not come to an end after "
            + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms; " + who;
    }
}
