package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.SchedStat;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A pinned thread of this process that makes no system calls: it computes, or walks through memory, or sleeps all the time.
 * It never touches the senders' memory: x86 interrupts every CPU that runs in the address space, whatever its TLB holds.
 */
final class Target implements AutoCloseable {
    /** Four times as many pages as the largest TLB that is known holds (4096), at 4 KiB; of larger pages fewer are walked. */
    static final int WALKED_PAGES = Region.PAGE == 4096 ? 1 << 14 : 1 << 12;

    static final int ROUNDS_PER_LOOK = 1024;
    private static final int LINE = 64;

    /**
     * What is known of a target at a moment.
     *
     * @param nanos     the moment, of {@link System#nanoTime}
     * @param progress  what it had done
     * @param accounted what the scheduler had accounted to it; empty if this kernel does not
     */
    record Moment(long nanos, long progress, Optional<SchedStat> accounted) {
        /**
         * How long it was kept from its CPU since an earlier moment, ns; NaN if the kernel does not tell. The scheduler tells of
         * a wait only when it is over: of a thread that got nothing done, or has left its CPU more often than it came there, it
         * is taken that it waited all the time. CPU time does not tell: kernels may leave out of it what interrupts take.
         */
        double waitedSince(Moment earlier) {
            double passed = nanos - earlier.nanos;
            if (progress == earlier.progress) {
                return passed;
            }
            if (accounted.isEmpty() || earlier.accounted.isEmpty()) {
                return Double.NaN;
            }
            SchedStat since = accounted.get().minus(earlier.accounted.get());
            boolean isAway = since.voluntarySwitches() + since.involuntarySwitches() > since.timeslices();
            return isAway ? passed : since.runDelayNanos();
        }
    }

    /** What it does. */
    enum Doing {
        COMPUTE, WALK, SLEEP, LEAVE
    }

    private final AtomicLong progress = new AtomicLong(); // written by the thread only, lazily
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread;
    private final int cpu;
    private volatile Doing doing;
    private volatile RuntimeException failure;
    private int threadId;
    private Region walked;

    /**
     * Starts it, and waits until it is where it should be.
     *
     * @throws dev.salvo.engine.host.PinningException if it cannot be pinned
     */
    Target(int cpu, int number, Doing first) {
        this.cpu = cpu;
        doing = first;
        thread = new Thread(this::live, "target-" + number);
        thread.setDaemon(true);
        thread.start();
        try {
            ready.await();
        } catch (InterruptedException interrupted) {
            doing = Doing.LEAVE;
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + thread.getName() + " began", interrupted);
        }
        check();
    }

    private void live() {
        try {
            CpuPinning.pin(cpu);
            threadId = CpuPinning.threadId();
            ready.countDown();
            for (Doing now = doing; now != Doing.LEAVE; now = doing) {
                switch (now) {
                    case COMPUTE -> compute();
                    case WALK -> walk();
                    case SLEEP -> LockSupport.park(this);
                    case LEAVE -> throw new AssertionError();
                }
            }
        } catch (RuntimeException failed) {
            failure = failed;
        } finally {
            ready.countDown();
            if (walked != null) {
                walked.close();
            }
        }
    }

    private void compute() {
        long value = 1;
        while (doing == Doing.COMPUTE) {
            for (int i = 0; i < ROUNDS_PER_LOOK; i++) {
                value ^= value << 13; // xorshift: registers only, and never 0
                value ^= value >>> 7;
                value ^= value << 17;
            }
            progress.lazySet(progress.getPlain() + (value == 0 ? 0 : ROUNDS_PER_LOOK));
        }
    }

    private void walk() {
        if (walked == null) {
            walked = chain();
        }
        ByteBuffer memory = walked.buffer();
        int offset = 0;
        while (doing == Doing.WALK) {
            for (int i = 0; i < ROUNDS_PER_LOOK; i++) {
                offset = memory.getInt(offset);
            }
            progress.lazySet(progress.getPlain() + (offset < 0 ? 0 : ROUNDS_PER_LOOK));
        }
    }

    /** One cycle through all pages in an order without pattern: each holds the place of the next, in one of its lines. */
    private static Region chain() {
        Region region = new Region(WALKED_PAGES);
        int[] next = new int[WALKED_PAGES];
        Random random = new Random(WALKED_PAGES); // the same order in each JVM
        for (int page = 1; page < WALKED_PAGES; page++) { // Sattolo: a permutation of one cycle
            int other = random.nextInt(page);
            next[page] = next[other];
            next[other] = page;
        }
        for (int page = 0; page < WALKED_PAGES; page++) {
            region.buffer().putInt(place(page), place(next[page]));
        }
        return region;
    }

    /** Not the same line of each page, or they would meet in one set of a cache. */
    private static int place(int page) {
        return page * Region.PAGE + page % (Region.PAGE / LINE) * LINE;
    }

    /** Lets it do something else, at once or after {@value #ROUNDS_PER_LOOK} rounds. */
    void change(Doing to) {
        doing = to;
        LockSupport.unpark(thread);
    }

    /** Rounds computed or places walked so far. */
    long progress() {
        return progress.get();
    }

    /** What is known of it now. */
    Moment now() {
        return new Moment(System.nanoTime(), progress(), accounted(threadId));
    }

    /** What the scheduler has accounted to a thread of this process; empty on a kernel without CONFIG_SCHED_INFO. */
    static Optional<SchedStat> accounted(int threadId) {
        try {
            return Optional.of(SchedStat.read(threadId));
        } catch (IllegalStateException notAccounted) { // which the command host says
            return Optional.empty();
        }
    }

    int cpu() {
        return cpu;
    }

    /** Throws what has ended the thread, if anything has. */
    void check() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        change(Doing.LEAVE);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
