package dev.salvo.workloads.program;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * This JVM's compiler, and whether it has come to rest. It takes a CPU for tens of milliseconds at a time, which it takes from
 * the cores: what they send is late, on a paced clock by much more than a message's way.
 *
 * <p>Belongs to one thread.
 */
public final class HostCompiler {
    /** It tells of what it has compiled when that is done, and a large method takes it this long (ns). */
    private static final long LOOKS_EVERY = 300_000_000;

    /** Of that time it may compile so much and still be said to rest: small things come now and then for ever. */
    private static final double RESTING_SHARE = 0.02;

    private final LongSupplier nanos;
    private final LongSupplier compiledMillis;
    private long lookedAt;
    private long compiledThen;

    /** Begins to watch, in a time and of a compiler that a test gives. */
    HostCompiler(LongSupplier nanos, LongSupplier compiledMillis) {
        this.nanos = nanos;
        this.compiledMillis = compiledMillis;
        look(nanos.getAsLong());
    }

    /**
     * Begins to watch this JVM's. One that does not compile, or does not tell, rests.
     *
     * @return who watches
     */
    public static HostCompiler ofThisJvm() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        boolean tells = compiler != null && compiler.isCompilationTimeMonitoringSupported();
        return new HostCompiler(System::nanoTime, tells ? compiler::getTotalCompilationTime : () -> 0);
    }

    /**
     * Whether it has had next to nothing to do for a while. Asked again and again.
     *
     * @return false at first
     */
    public boolean rests() {
        long now = nanos.getAsLong();
        if (now - lookedAt < LOOKS_EVERY) {
            return false;
        }
        long before = compiledThen;
        long mayBe = Math.round(RESTING_SHARE * TimeUnit.NANOSECONDS.toMillis(now - lookedAt));
        look(now);
        return compiledThen - before <= mayBe;
    }

    private void look(long now) {
        lookedAt = now;
        compiledThen = compiledMillis.getAsLong();
    }
}
