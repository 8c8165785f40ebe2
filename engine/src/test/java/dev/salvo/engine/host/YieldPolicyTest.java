package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Two threads on one CPU, of which one waits and the other computes. */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class YieldPolicyTest {
    private final int cpu = HostTopology.read().cpus().get(0).id();

    /** Where a thread goes to sleep the kernel counts a voluntary switch, where it yields it does not. */
    @Test
    void besideABusyLoopTheCpuIsGivenUpBySleeping() {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> busy = onTheCpu(() -> {
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        try {
            onTheCpu(() -> {
                YieldPolicy yieldPolicy = new YieldPolicy(1);
                long before = SchedStat.read(CpuPinning.threadId()).voluntarySwitches();
                while (SchedStat.read(CpuPinning.threadId()).voluntarySwitches() - before < 1000) {
                    yieldPolicy.giveUpCpu();
                }
            }).join();
        } finally {
            over.set(true);
        }
        busy.join();
    }

    /** Fails if a sleep that is cut short, or none at all, is waited for. */
    @Test
    void aThreadThatIsInterruptedGoesOn() {
        onTheCpu(() -> {
            YieldPolicy yieldPolicy = new YieldPolicy(1);
            Thread.currentThread().interrupt();
            for (int turn = 0; turn < 10_000; turn++) {
                yieldPolicy.giveUpCpu();
            }
            assertTrue(Thread.interrupted(), "the status is left as it was");
        }).join();
    }

    /** Fails if it is a thread that computes, to the one beside it, as soon as somebody has interrupted it. */
    @Test
    void besideABusyLoopAThreadThatIsInterruptedSleepsToo() {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> busy = onTheCpu(() -> {
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        try {
            onTheCpu(() -> {
                YieldPolicy yieldPolicy = new YieldPolicy(1);
                Thread.currentThread().interrupt();
                long before = SchedStat.read(CpuPinning.threadId()).voluntarySwitches();
                long start = System.nanoTime();
                long sleeps = 0;
                while (sleeps < 1000 && System.nanoTime() - start < 30_000_000_000L) {
                    yieldPolicy.giveUpCpu();
                    sleeps = SchedStat.read(CpuPinning.threadId()).voluntarySwitches() - before;
                }
                assertTrue(sleeps >= 1000, "it has slept " + sleeps + " times in half a minute");
                assertTrue(Thread.interrupted(), "the status is left as it was");
            }).join();
        } finally {
            over.set(true);
        }
        busy.join();
    }

    private CompletableFuture<Void> onTheCpu(Runnable what) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                CpuPinning.pin(cpu);
                what.run();
                done.complete(null);
            } catch (Throwable failed) {
                done.completeExceptionally(failed);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
