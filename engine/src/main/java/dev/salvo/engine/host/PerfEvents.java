package dev.salvo.engine.host;

import com.sun.jna.Native;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Whether this process may sample its own CPU time by the kernel's perf events. What the kernel answers when one is
 * opened; {@code perf_event_paranoid} alone does not tell, for capabilities, containers and seccomp filters have a say.
 *
 * @param withKernel errno of an event that also counts in the kernel; 0 if it was opened
 * @param userOnly   errno of one that does not; 0 if it was opened
 * @param symbols    whether the kernel tells the addresses of its functions ({@code kptr_restrict})
 * @param paranoid   what {@code kernel.perf_event_paranoid} is; empty if it cannot be read
 */
public record PerfEvents(int withKernel, int userOnly, boolean symbols, String paranoid) {
    /** The kernel, or a filter before it, has no such system call. */
    public static final int ENOSYS = Libc.ENOSYS;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;

    private static final String PARANOID = "/proc/sys/kernel/perf_event_paranoid";
    private static final String SYMBOLS = "/proc/kallsyms";
    private static final int ENOUGH = 4096;

    // struct perf_event_attr, PERF_ATTR_SIZE_VER0
    private static final int SIZE = 64;
    private static final int PERF_TYPE_SOFTWARE = 1; // its config PERF_COUNT_SW_CPU_CLOCK is 0
    private static final int FLAGS_OFFSET = 40;
    private static final long DISABLED = 1;
    private static final long EXCLUDE_KERNEL = 1 << 5;
    private static final int ANY_CPU = -1;
    private static final int NO_GROUP = -1;
    private static final long FD_CLOEXEC = 8;

    /**
     * Asks the kernel, by opening an event of the calling thread and closing it again, twice.
     *
     * @return the answer
     * @throws UnsuitableHostException if the C library cannot be called
     */
    public static PerfEvents ask() {
        CpuPinning.requireAvailable();
        return new PerfEvents(open(DISABLED), open(DISABLED | EXCLUDE_KERNEL), tellsAddresses(start(SYMBOLS)),
            start(PARANOID).strip());
    }

    /**
     * What a refusal means.
     *
     * @param errno one of the two, not 0
     * @return a few words
     */
    public String refusal(int errno) {
        return switch (errno) {
            case Libc.EPERM, EACCES -> "not permitted"
                + (paranoid.isEmpty() ? "" : ", kernel.perf_event_paranoid is " + paranoid);
            case ENOSYS -> "the kernel has no perf events, or a filter hides them";
            case ENOENT -> "the kernel has no such event";
            default -> "errno " + errno;
        };
    }

    private static int open(long flags) {
        long number = number(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (number < 0) {
            return ENOSYS;
        }
        ByteBuffer attributes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        attributes.putInt(0, PERF_TYPE_SOFTWARE).putInt(Integer.BYTES, SIZE).putLong(FLAGS_OFFSET, flags);
        long file = Libc.syscall(number, attributes.array(), 0, ANY_CPU, NO_GROUP, FD_CLOEXEC);
        if (file < 0) {
            return Native.getLastError();
        }
        Libc.close((int) file);
        return 0;
    }

    /** The system call's number; -1 where it is not known. */
    static long number(String system, String architecture) {
        return !system.equals("Linux") ? -1 : switch (architecture) {
            case "amd64", "x86_64" -> 298;
            case "aarch64" -> 241;
            default -> -1;
        };
    }

    /** Whether any address at the beginning of a list of symbols is not 0, which hidden ones are. */
    static boolean tellsAddresses(String symbols) {
        return symbols.lines().anyMatch(line -> line.matches("0*[1-9a-f][0-9a-f]* .*"));
    }

    /** The beginning of a file; empty if it is absent or hidden, as files of the kernel may be. */
    private static String start(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(ENOUGH), StandardCharsets.ISO_8859_1);
        } catch (IOException hidden) {
            return "";
        }
    }
}
