package dev.salvo.engine.dvm;

import dev.salvo.engine.host.YieldPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assertions;

/** Plain threads that stand for cores. When one fails, or all take too long, all are told to end. */
final class Crew {
    private static final long SECONDS = 600;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final ThreadLocal<YieldPolicy> yieldPolicy = ThreadLocal.withInitial(() -> new YieldPolicy(1));
    private volatile boolean over;

    void add(Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable failed) {
                failure.compareAndSet(null, failed); // thrown by run
                over = true;
            }
        }, "port-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
    }

    /** For every loop of a member that waits for another: gives its CPU up, and ends it if it waits in vain. */
    void idle() {
        if (over) {
            throw new IllegalStateException("another has failed");
        }
        yieldPolicy.get().giveUpCpu();
    }

    void run(Runnable meanwhile) {
        threads.forEach(Thread::start);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try {
            while (threads.stream().anyMatch(Thread::isAlive)) {
                if (System.nanoTime() - deadline > 0) {
                    threads.stream().filter(Thread::isAlive).forEach(thread -> failure.compareAndSet(null,
                        new AssertionError(thread.getName() + " hangs at " + List.of(thread.getStackTrace()))));
                    break;
                }
                meanwhile.run();
                yieldPolicy.get().giveUpCpu();
            }
        } finally {
            over = true;
        }
        if (failure.get() != null) {
            Assertions.fail(failure.get());
        }
    }
}
