package dev.salvo.engine.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Whether the host allows as many threads as there are cores. It is tried: limits of users, of control groups (one's own
 * and those above, which a container does not see) and of the whole host all have a say, and memory too.
 */
public final class ThreadLimit {
    private ThreadLimit() {
    }

    /**
     * Starts so many threads, that do nothing, and ends them. Some ten µs each.
     *
     * @param count how many
     * @throws UnsuitableHostException if they are not to be had
     */
    public static void require(int count) {
        CountDownLatch over = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        try {
            while (started.size() < count) {
                Thread thread = new Thread(() -> waitFor(over), "thread-limit");
                thread.setDaemon(true);
                thread.start();
                started.add(thread);
            }
        } catch (OutOfMemoryError refused) {
            throw new UnsuitableHostException(count + " threads are needed, and only " + started.size() + " started: "
                + UnsuitableHostException.of(refused).getMessage(), refused);
        } finally {
            over.countDown();
            started.forEach(ThreadLimit::join);
        }
    }

    private static void waitFor(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) { // it ends all the same
            Thread.currentThread().interrupt();
        }
    }
}
