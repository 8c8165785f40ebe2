package dev.salvo.syscalls;

import com.sun.jna.Native;
import dev.salvo.engine.host.UnsuitableHostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All threads of this process on one CPU, until closed: also those of the JVM, its compilers and collectors. A thread of this
 * process that runs on a third CPU makes the kernel interrupt that one, too. Threads that begin meanwhile are on that CPU
 * as well, unless they pin themselves elsewhere.
 *
 * <p>Closing gives each thread the mask that it had, and those that began meanwhile the one of the thread that confined them.
 */
final class ConfinedThreads implements AutoCloseable {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int ESRCH = 3;
    private static final int MASK_WORDS = 1024; // 65536 CPUs

    private final Map<Integer, long[]> masks = new LinkedHashMap<>();
    private final long[] callersMask = mask(0);

    /**
     * Confines them.
     *
     * @throws UnsuitableHostException if the kernel refuses; then they are as before
     */
    ConfinedThreads(int cpu) {
        long[] mask = new long[cpu / Long.SIZE + 1];
        mask[cpu / Long.SIZE] = 1L << cpu;
        try {
            for (int thread : threads()) {
                long[] had = mask(thread);
                if (had != null && set(thread, mask)) {
                    masks.put(thread, had);
                }
            }
        } catch (UnsuitableHostException refused) {
            close();
            throw refused;
        }
    }

    private static List<Integer> threads() {
        List<Integer> threads = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            tasks.forEach(task -> threads.add(Integer.parseInt(task.getFileName().toString())));
        } catch (NoSuchFileException e) {
            throw new UnsuitableHostException(TASKS + " is not there: the process's threads cannot be told; mount /proc", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + TASKS, e);
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException("cannot read " + TASKS, e.getCause());
        }
        return threads;
    }

    /** A thread's mask, of 0 the calling thread's; null if it has ended. */
    private static long[] mask(int thread) {
        long[] mask = new long[MASK_WORDS];
        if (Libc.sched_getaffinity(thread, (long) mask.length * Long.BYTES, mask) == 0) {
            return mask;
        }
        return ended("sched_getaffinity");
    }

    /** Whether the thread is still there. */
    private static boolean set(int thread, long[] mask) {
        if (Libc.sched_setaffinity(thread, (long) mask.length * Long.BYTES, mask) == 0) {
            return true;
        }
        ended("sched_setaffinity");
        return false;
    }

    private static long[] ended(String call) {
        int errno = Native.getLastError();
        if (errno != ESRCH) {
            throw Libc.refusal(call, errno);
        }
        return null;
    }

    @Override
    public void close() {
        for (int thread : threads()) {
            set(thread, masks.getOrDefault(thread, callersMask));
        }
    }
}
