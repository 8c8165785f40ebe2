package dev.salvo.workloads.program;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * This JVM's compiler, and whether it has come to rest. It takes a CPU for tens of milliseconds at a time, which it takes from
 * the cores: what they send is late, on a paced clock by much more than a message's way.
 *
 * <p>Belongs to one thread.
 */
final class HostCompiler {
    /** It tells of what it has compiled when that is done, and a large method takes it this long (ns). */
    private static final long LOOKS_EVERY = 300_000_000;

    /** Of that time it may compile so much and still be said to rest: small things come now and then for ever. */
    private static final double RESTING_SHARE = 0.02;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private long lookedAt;
    private long compiledMillis;

    /** Begins to watch it. */
    HostCompiler() {
        look(System.nanoTime());
    }

    /**
     * Whether it has had next to nothing to do for a while. Asked again and again.
     *
     * @return false at first; true at once if this JVM does not compile, or does not tell
     */
    boolean rests() {
        if (compiler == null || !compiler.isCompilationTimeMonitoringSupported()) {
            return true;
        }
        long now = System.nanoTime();
        if (now - lookedAt < LOOKS_EVERY) {
            return false;
        }
        long before = compiledMillis;
        long mayBe = Math.round(RESTING_SHARE * TimeUnit.NANOSECONDS.toMillis(now - lookedAt));
        look(now);
        return compiledMillis - before <= mayBe;
    }

    private void look(long now) {
        lookedAt = now;
        compiledMillis = compiler != null && compiler.isCompilationTimeMonitoringSupported()
            ? compiler.getTotalCompilationTime() : 0;
    }
}
