package dev.salvo.syscalls;

import com.sun.jna.Native;
import dev.salvo.engine.host.UnsuitableHostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/**
 * The system calls of one operation, on memory of their own, and the loop that times them. Pages have been touched before, and
 * are touched after each call that makes TLBs forget them, so that the next one finds them present; the touch is part of the
 * operation.
 *
 * <p>Used by one thread, which also closes it. Nothing here allocates once it is made.
 */
abstract class Calls implements AutoCloseable {
    private static final Path SWAPS = Path.of("/proc/swaps");
    private static final int PAGE_OUT_ATTEMPTS = 20;
    private static final long LONGEST = 10_000_000_000L; // ns, of an operation

    private final Histogram latencies = new Histogram(1, LONGEST, 3);
    private long rounds;
    private long nanos;

    /** Does it once. */
    abstract void once();

    /** NUMA node of the memory; -1 if there is none or the kernel does not tell. */
    int node() {
        return -1;
    }

    @Override
    public void close() {
        // memory is closed by those that have some
    }

    /**
     * Does it again and again until a time of {@link System#nanoTime} has come, and once at least: the loop that is measured.
     */
    final void run(long deadline) {
        latencies.reset();
        long first = System.nanoTime();
        long before = first;
        long done = 0;
        do {
            once();
            long now = System.nanoTime();
            latencies.recordValue(Math.min(now - before, LONGEST));
            before = now;
            done++;
        } while (before - deadline < 0);
        rounds = done;
        nanos = before - first;
    }

    /** How often the last run did it. */
    long rounds() {
        return rounds;
    }

    /** ns from the first to the last of them. */
    long nanos() {
        return nanos;
    }

    /** ns of each of the last run's, until the next run. */
    Histogram latencies() {
        return latencies;
    }

    /**
     * Makes what an operation needs, on the thread that will do it.
     *
     * @throws UnsuitableHostException if this host does not do it: no swap, a filter of system calls, not enough memory
     */
    static Calls of(Operation op, int pages) {
        return switch (op) {
            case MPROTECT -> new Mprotect(pages);
            case DONTNEED -> new Dontneed(pages);
            case MUNMAP -> new Munmap(pages);
            case MREMAP -> new Mremap(pages);
            case PAGEOUT -> new Pageout(pages);
            case MEMBARRIER -> new Membarrier();
        };
    }

    /** As many calls as an operation makes, by the same way into the kernel, that find nothing to do there. */
    static Calls empty(Operation op) {
        return op == Operation.MEMBARRIER ? new MembarrierQuery() : new MprotectNothing(op.calls());
    }

    private static void check(int result, String call) {
        if (result == -1) {
            throw Libc.refusal(call);
        }
    }

    private abstract static class OnMemory extends Calls {
        Region region;

        OnMemory(int pages) {
            region = new Region(pages);
            region.write();
        }

        @Override
        int node() {
            return region.node();
        }

        @Override
        public void close() {
            region.close();
        }
    }

    private static final class Mprotect extends OnMemory {
        Mprotect(int pages) {
            super(pages);
        }

        @Override
        void once() {
            check(Libc.mprotect(region.address(), region.bytes(), Libc.PROT_READ), "mprotect");
            check(Libc.mprotect(region.address(), region.bytes(), Libc.PROT_READ | Libc.PROT_WRITE), "mprotect");
            region.write();
        }
    }

    private static final class Dontneed extends OnMemory {
        Dontneed(int pages) {
            super(pages);
        }

        @Override
        void once() {
            check(Libc.madvise(region.address(), region.bytes(), Libc.MADV_DONTNEED), "madvise");
            region.write();
        }
    }

    private static final class Munmap extends OnMemory {
        private final int pages;

        Munmap(int pages) {
            super(pages);
            this.pages = pages;
        }

        @Override
        void once() {
            check(Libc.munmap(region.address(), region.bytes()), "munmap");
            if (!region.mapAgain()) {
                moveElsewhere();
            }
            region.write();
        }

        private void moveElsewhere() {
            region.close();
            region = new Region(pages);
        }
    }

    /**
     * Moves pages between two places, and leaves the mapping where they come from, which another thread's mmap could get
     * otherwise (MREMAP_DONTUNMAP, Linux 5.7).
     */
    private static final class Mremap extends OnMemory {
        private static final int MOVE = Libc.MREMAP_MAYMOVE | Libc.MREMAP_FIXED | Libc.MREMAP_DONTUNMAP;

        private Region other;

        Mremap(int pages) {
            super(pages);
            other = new Region(pages);
        }

        @Override
        void once() {
            if (Libc.mremap(region.address(), region.bytes(), region.bytes(), MOVE, other.address()) == -1) {
                throw Libc.refusal("mremap with MREMAP_DONTUNMAP (Linux 5.7)");
            }
            Region left = region;
            region = other;
            other = left;
            region.write();
        }

        @Override
        public void close() {
            super.close();
            other.close();
        }
    }

    private static final class Pageout extends OnMemory {
        private int sum;

        Pageout(int pages) {
            super(requireSwap(SWAPS, pages));
            for (int attempt = 1; out() == 0; attempt++) {
                if (attempt == PAGE_OUT_ATTEMPTS) {
                    close();
                    throw new UnsuitableHostException("op pageout: no page leaves memory, though there is swap; it is full, or a "
                        + "control group forbids it (memory.swap.max)");
                }
            }
        }

        /** How many pages are out after a call. */
        private int out() {
            region.write();
            check(Libc.madvise(region.address(), region.bytes(), Libc.MADV_PAGEOUT), "madvise with MADV_PAGEOUT (Linux 5.4)");
            return (int) (region.bytes() / Region.PAGE) - region.resident();
        }

        @Override
        void once() {
            check(Libc.madvise(region.address(), region.bytes(), Libc.MADV_PAGEOUT), "madvise with MADV_PAGEOUT");
            sum += region.read();
        }
    }

    private static final class Membarrier extends Calls {
        private final long number = SystemCall.MEMBARRIER.number();

        Membarrier() {
            if (Libc.syscall(number, Libc.MEMBARRIER_REGISTER_PRIVATE_EXPEDITED, 0, 0, 0, 0) != 0) {
                throw Libc.refusal("membarrier");
            }
        }

        @Override
        void once() {
            if (Libc.syscall(number, Libc.MEMBARRIER_PRIVATE_EXPEDITED, 0, 0, 0, 0) != 0) {
                throw Libc.refusal("membarrier");
            }
        }
    }

    private static final class MprotectNothing extends Calls {
        private final Region region = new Region(1);
        private final int calls;

        MprotectNothing(int calls) {
            this.calls = calls;
        }

        @Override
        void once() {
            for (int i = 0; i < calls; i++) {
                check(Libc.mprotect(region.address(), 0, Libc.PROT_READ), "mprotect");
            }
        }

        @Override
        public void close() {
            region.close();
        }
    }

    private static final class MembarrierQuery extends Calls {
        private final long number = SystemCall.MEMBARRIER.number();

        @Override
        void once() {
            if (Libc.syscall(number, Libc.MEMBARRIER_QUERY, 0, 0, 0, 0) < 0) {
                throw Libc.refusal("membarrier", Native.getLastError());
            }
        }
    }

    /**
     * Refuses where there is no swap; it makes none, for that is the host's owner's to decide.
     *
     * @param swaps the kernel's list, one line for each below its heading
     * @return the number of pages that was asked for
     */
    static int requireSwap(Path swaps, int pages) {
        try {
            if (Files.readString(swaps, StandardCharsets.ISO_8859_1).lines().skip(1).anyMatch(line -> !line.isBlank())) {
                return pages;
            }
        } catch (NoSuchFileException none) {
            // a kernel without swap, refused below
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + swaps, e);
        }
        throw new UnsuitableHostException("op pageout: this host has no swap; compressed memory will do, made by root: modprobe "
            + "zram && zramctl --size 1G /dev/zram0 && mkswap /dev/zram0 && swapon /dev/zram0");
    }
}
