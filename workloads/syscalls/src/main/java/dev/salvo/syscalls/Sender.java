package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.SchedStat;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A thread that makes system calls when it is told, and sleeps otherwise. It is pinned, and makes its memory itself, so that
 * this lies where its CPU is.
 */
final class Sender implements AutoCloseable {
    private static final Order LEAVE = new Order(false, 0, null, null);
    /** Longer than any operation: the kernel hangs, or the host is asleep. */
    private static final int PATIENCE_SECONDS = 60;

    /** To do operations, or empty calls, for so many ns, between two meetings. */
    private record Order(boolean empty, long nanos, Meeting start, Meeting end) {
    }

    /** How it went: null if well. */
    private record Done(Throwable failure) {
    }

    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final BlockingQueue<Done> done = new LinkedBlockingQueue<>();
    private final Operation op;
    private final int pages;
    private final int cpu;
    private final Thread thread;
    private Calls calls;
    private Calls empty;
    private int threadId;
    private int node;
    private double waited;

    /** Starts it, and waits until it is ready. */
    Sender(Operation op, int pages, int cpu, int number) {
        this.op = op;
        this.pages = pages;
        this.cpu = cpu;
        thread = new Thread(this::live, "sender-" + number);
        thread.setDaemon(true);
        thread.start();
        await(0);
    }

    private void live() {
        try {
            CpuPinning.pin(cpu);
            threadId = CpuPinning.threadId();
            try (Calls own = Calls.of(op, pages); Calls nothing = Calls.empty(op)) {
                calls = own;
                empty = nothing;
                node = own.node();
                done.add(new Done(null));
                obey();
            }
            done.add(new Done(null));
        } catch (RuntimeException | Error failed) {
            done.add(new Done(failed));
        } catch (InterruptedException interrupted) {
            done.add(new Done(interrupted));
        }
    }

    private void obey() throws InterruptedException {
        for (Order order = orders.take(); order != LEAVE; order = orders.take()) {
            Optional<SchedStat> before = Target.accounted(threadId);
            order.start().attend();
            try {
                (order.empty() ? empty : calls).run(System.nanoTime() + order.nanos());
            } finally {
                order.end().attend();
            }
            Optional<SchedStat> after = Target.accounted(threadId);
            waited = before.isEmpty() || after.isEmpty() ? Double.NaN
                : after.get().runDelayNanos() - before.get().runDelayNanos();
            done.add(new Done(null));
        }
    }

    /** Lets it do operations for so long, from when all senders have woken up, and stay awake until all are through. */
    void begin(long nanos, Meeting start, Meeting end) {
        orders.add(new Order(false, nanos, start, end));
    }

    /** Lets it do empty calls, alone. */
    void beginEmpty(long nanos) {
        orders.add(new Order(true, nanos, new Meeting(1, () -> { }), new Meeting(1, () -> { })));
    }

    /**
     * Waits until it is through.
     *
     * @param nanos how long it was to take
     * @throws RuntimeException what has failed there
     */
    void await(long nanos) {
        Done result;
        try {
            result = done.poll(TimeUnit.NANOSECONDS.toSeconds(nanos) + PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + thread.getName() + " worked", interrupted);
        }
        if (result == null) {
            throw new IllegalStateException(thread.getName() + " did not come back from " + op + " for " + PATIENCE_SECONDS
                + " s");
        }
        if (result.failure() instanceof RuntimeException failure) {
            throw failure;
        }
        if (result.failure() != null) {
            throw new IllegalStateException(thread.getName() + " failed", result.failure());
        }
    }

    /** What it did, between {@link #await} and the next beginning. */
    Calls calls() {
        return calls;
    }

    /** The same of the empty calls. */
    Calls empty() {
        return empty;
    }

    /** ns for which it waited for its CPU between its last run's beginning and end; NaN if the kernel does not tell. */
    double waited() {
        return waited;
    }

    int node() {
        return node;
    }

    int cpu() {
        return cpu;
    }

    /** Lets it unmap its memory and end. */
    @Override
    public void close() {
        orders.add(LEAVE);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
