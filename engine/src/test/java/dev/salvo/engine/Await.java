package dev.salvo.engine;

import dev.salvo.engine.host.YieldPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** How a test waits: it gives its CPU up until something holds, and fails after a time that only a hang exceeds. */
final class Await {
    static final int SECONDS = 600;

    private Await() {
    }

    static void until(String what, BooleanSupplier holds) {
        YieldPolicy yieldPolicy = new YieldPolicy(1);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                Assertions.fail("waited " + SECONDS + " s in vain until " + what);
            }
            yieldPolicy.giveUpCpu();
        }
    }
}
