package dev.salvo.engine.host;

import com.sun.jna.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Pins the calling thread to a CPU, and proves it: every pin is read back and compared with the CPU that the thread
 * then runs on.
 *
 * <p>Every method acts on the thread that calls it, which must be a platform thread. Linux on 64 bits only; elsewhere,
 * and where JNA cannot load its library, each method that needs it throws a {@link PinningException} that says so.
 */
public final class CpuPinning {
    private static final Path THREAD_SELF = Path.of("/proc/thread-self");
    private static final int FIRST_WORDS = 1024 / Long.SIZE; // glibc's cpu_set_t
    private static final int MAX_WORDS = (CpuSet.MAX_CPU + 1) / Long.SIZE;

    /** By which JNA is told to get its library from elsewhere, or not at all. */
    private static final List<String> JNA_PROPERTIES = List.of("jna.nounpack", "jna.noclasspath", "jna.nosys",
        "jna.boot.library.path", "jna.boot.library.name");

    private static final String UNAVAILABLE = unavailable();

    private CpuPinning() {
    }

    /**
     * Pins the calling thread to one CPU, for good or until the next pin or {@link #restore}. On return the thread runs
     * there.
     *
     * @param cpu the CPU's number, 0..{@value CpuSet#MAX_CPU}; the process's cpuset must contain it, its current mask
     *            need not
     * @throws PinningException         if the kernel refuses, or what is read back is not that CPU alone
     * @throws IllegalArgumentException if the number is out of range
     */
    public static void pin(int cpu) {
        CpuSet wanted = CpuSet.of(cpu);
        set(wanted, "pin");
        check(cpu, mask(), currentCpu());
    }

    /**
     * Makes sure that threads of this process can be pinned: pins the calling thread to the first CPU that it may use,
     * and gives it its mask back.
     *
     * @throws UnsuitableHostException if they cannot
     */
    public static void requirePossible() {
        CpuSet mask = mask();
        pin(mask.stream().findFirst().orElseThrow(() -> new PinningException(thread() + " may use no CPU")));
        restore(mask);
    }

    /**
     * The calling thread's affinity mask.
     *
     * @return the CPUs on which the kernel may run the thread
     * @throws PinningException if the kernel does not tell
     */
    public static CpuSet mask() {
        return mask(0);
    }

    /**
     * The CPUs online on which the kernel may run the process's first thread: what no file tells as surely. Empty where
     * it cannot be asked.
     */
    static Optional<CpuSet> ofProcess() {
        try {
            return Optional.of(mask((int) ProcessHandle.current().pid()));
        } catch (PinningException mute) {
            return Optional.empty(); // files tell it, too, if not as surely; whoever must pin will say what is wrong
        }
    }

    private static CpuSet mask(int thread) {
        requireAvailable();
        for (int words = FIRST_WORDS; ; words *= 2) {
            long[] mask = new long[words];
            if (Libc.sched_getaffinity(thread, (long) words * Long.BYTES, mask) == 0) {
                return CpuSet.ofMask(mask);
            }
            int errno = Native.getLastError();
            if (errno != Libc.EINVAL || words >= MAX_WORDS) { // EINVAL: shorter than the kernel's own mask
                throw new PinningException("cannot read the affinity mask of " + thread() + ": " + said(errno));
            }
        }
    }

    /**
     * Gives the calling thread a mask back that {@link #mask} returned earlier.
     *
     * @param mask the mask
     * @throws PinningException if the kernel refuses, or another mask is read back (the cpuset may have changed)
     */
    public static void restore(CpuSet mask) {
        set(mask, "restore");
        CpuSet now = mask();
        if (!now.equals(mask)) {
            throw new PinningException("cannot restore " + thread() + " to CPUs " + mask + ": read back CPUs " + now);
        }
    }

    /**
     * The CPU on which the calling thread runs at this moment.
     *
     * @return the CPU's number
     * @throws PinningException if the kernel does not tell
     */
    public static int currentCpu() {
        requireAvailable();
        int cpu = Libc.sched_getcpu();
        if (cpu < 0) {
            throw new PinningException("cannot tell the CPU of " + thread() + ": errno " + Native.getLastError());
        }
        return cpu;
    }

    /**
     * The kernel's identifier of the calling thread, under which {@code /proc/self/task} and {@link SchedStat} know it.
     *
     * <p>Read from {@code /proc/thread-self}, as gettid(2) has another number on every architecture and a function in
     * glibc only since 2.30; and within a PID namespace this is the number that {@code /proc} goes by.
     *
     * @return the thread's identifier, above 0
     * @throws UncheckedIOException if there is no {@code /proc}
     */
    public static int threadId() {
        try {
            return Integer.parseInt(Files.readSymbolicLink(THREAD_SELF).getFileName().toString()); // PID/task/TID
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the identifier of " + thread() + ": " + THREAD_SELF
                + " cannot be read; Linux 3.17 or later is needed", e);
        }
    }

    /** Throws unless a thread pinned to a CPU was found there, and may run nowhere else. */
    static void check(int cpu, CpuSet readBack, int runningOn) {
        if (!readBack.equals(CpuSet.of(cpu)) || runningOn != cpu) {
            throw new PinningException("cannot pin " + thread() + " to CPU " + cpu + ": read back CPUs " + readBack
                + ", running on CPU " + runningOn);
        }
    }

    /** Why no thread can be pinned on a system, or null if threads can. */
    static String unavailable(String system, int pointerBits) {
        return system.equals("Linux") && pointerBits == Long.SIZE ? null
            : "threads cannot be pinned on " + pointerBits + "-bit " + system + ": sched_setaffinity of 64-bit Linux "
                + "is needed";
    }

    private static String unavailable() {
        int pointerBits = Integer.getInteger("sun.arch.data.model", Long.SIZE); // JNA's own word would load JNA
        String system = unavailable(System.getProperty("os.name"), pointerBits);
        if (system != null) {
            return system;
        }
        try {
            chooseFolder();
            Libc.sched_getcpu();
            return null;
        } catch (UnsuitableHostException nowhere) {
            return "threads cannot be pinned: " + nowhere.getMessage();
        } catch (VirtualMachineError shortage) {
            throw shortage;
        } catch (Error e) { // of linkage, and JNA's own if a library that somebody has named is of another version
            String told = JNA_PROPERTIES.stream().filter(name -> System.getProperty(name) != null)
                .map(name -> "-D" + name + "=" + System.getProperty(name)).collect(Collectors.joining(" "));
            return "threads cannot be pinned: JNA's native library does not load from "
                + System.getProperty(NativeLibraryFolder.CHOSEN) + " (" + String.valueOf(e.getMessage()).strip().lines()
                .findFirst().orElse("") + "); " + (told.isEmpty() ? "name another folder by -D"
                    + NativeLibraryFolder.CHOSEN : "leave out " + told);
        }
    }

    /** Where JNA unpacks its library, unless somebody says that it finds one without. */
    private static void chooseFolder() {
        boolean mayComeFromElsewhere = System.getProperty("jna.boot.library.path") != null
            || !Boolean.parseBoolean(System.getProperty("jna.nosys", "true"));
        try {
            System.setProperty(NativeLibraryFolder.CHOSEN, NativeLibraryFolder.find().toString());
        } catch (UnsuitableHostException nowhere) {
            if (!mayComeFromElsewhere) {
                throw nowhere;
            }
            System.setProperty("jna.nounpack", "true");
        }
    }

    /** Whether the C library can be called. */
    static boolean isAvailable() {
        return UNAVAILABLE == null;
    }

    /** Throws if it cannot. */
    static void requireAvailable() {
        if (!isAvailable()) {
            throw new PinningException(UNAVAILABLE);
        }
    }

    private static void set(CpuSet cpus, String verb) {
        requireAvailable();
        long[] mask = cpus.mask(FIRST_WORDS); // of any length: the kernel ignores words beyond its own, clears missing
        if (Libc.sched_setaffinity(0, (long) mask.length * Long.BYTES, mask) != 0) {
            int errno = Native.getLastError();
            throw new PinningException("cannot " + verb + " " + thread() + " to CPU " + cpus + ": " + said(errno)
                + "; the thread's mask is " + mask());
        }
    }

    private static String said(int errno) {
        return "errno " + errno + switch (errno) {
            case Libc.EINVAL -> ", it does not exist, is offline or outside the cpuset";
            case Libc.EPERM, Libc.ENOSYS -> ", a filter of system calls (seccomp, as containers and services have) forbids "
                + "it; allow sched_setaffinity and sched_getaffinity there";
            default -> "";
        };
    }

    private static String thread() {
        return "thread " + Thread.currentThread().getName();
    }
}
