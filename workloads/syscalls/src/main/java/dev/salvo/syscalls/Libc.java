package dev.salvo.syscalls;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.salvo.engine.host.UnsuitableHostException;
import java.util.Map;

/**
 * The C library's functions for memory, affinity and system calls without a function of their own, mapped directly, without
 * proxies: a call allocates nothing. Whoever calls one has seen {@code CpuPinning.requirePossible()} return, which sees to
 * where JNA puts its own library.
 *
 * <p>A result of -1 is a failure, whose errno is {@link Native#getLastError()}, of the calling thread.
 */
final class Libc {
    static final int PROT_NONE = 0;
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;

    static final int MAP_PRIVATE = 2;
    static final int MAP_FIXED = 0x10;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_NORESERVE = 0x4000;
    /** Before Linux 4.17 only a hint: so the result is to be compared. */
    static final int MAP_FIXED_NOREPLACE = 0x100000;

    static final int MREMAP_MAYMOVE = 1;
    static final int MREMAP_FIXED = 2;
    static final int MREMAP_DONTUNMAP = 4;

    static final int MADV_DONTNEED = 4;
    static final int MADV_NOHUGEPAGE = 15;
    static final int MADV_PAGEOUT = 21;

    static final int MEMBARRIER_QUERY = 0;
    static final int MEMBARRIER_PRIVATE_EXPEDITED = 1 << 3;
    static final int MEMBARRIER_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    static final int SYSLOG_ACTION_READ_ALL = 3;
    static final int SYSLOG_ACTION_SIZE_BUFFER = 10;

    static final int EINVAL = 22;
    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int ENOSYS = 38;
    private static final Map<Integer, String> ERRNO_NAMES = Map.ofEntries(Map.entry(EPERM, "EPERM"), Map.entry(2, "ENOENT"),
        Map.entry(3, "ESRCH"), Map.entry(4, "EINTR"), Map.entry(11, "EAGAIN"), Map.entry(ENOMEM, "ENOMEM"),
        Map.entry(13, "EACCES"), Map.entry(14, "EFAULT"), Map.entry(16, "EBUSY"), Map.entry(17, "EEXIST"),
        Map.entry(EINVAL, "EINVAL"), Map.entry(ENOSYS, "ENOSYS"), Map.entry(95, "EOPNOTSUPP"));

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {
    }

    static native long mmap(long address, long bytes, int protection, int flags, int file, long offset);

    static native int munmap(long address, long bytes);

    static native int mprotect(long address, long bytes, int protection);

    static native int madvise(long address, long bytes, int advice);

    static native long mremap(long address, long bytes, long newBytes, int flags, long newAddress);

    static native int mincore(long address, long bytes, byte[] resident);

    static native int getpagesize();

    static native long syscall(long number, long first, long second, long third, long fourth, long fifth);

    static native int klogctl(int action, byte[] text, int length);

    static native int sched_setaffinity(int thread, long bytes, long[] mask);

    static native int sched_getaffinity(int thread, long bytes, long[] mask);

    /** The errno's name, or its number where the name is not known here. */
    static String errnoName(int errno) {
        return ERRNO_NAMES.getOrDefault(errno, "errno " + errno);
    }

    /** That a call has failed on the calling thread, just now. */
    static UnsuitableHostException refusal(String call) {
        return refusal(call, Native.getLastError());
    }

    /** That a call has failed, and what helps. */
    static UnsuitableHostException refusal(String call, int errno) {
        return new UnsuitableHostException(call + " failed with " + errnoName(errno) + switch (errno) {
            case EPERM, ENOSYS -> ": a filter of system calls (seccomp, as containers and services have) forbids it, or this "
                + "kernel has no such call; allow " + call.split(" ")[0] + " there, or measure another op";
            case ENOMEM -> ": not enough memory, or a limit of it is reached (ulimit -v, vm.max_map_count); raise it, or ask "
                + "for fewer pages";
            case EINVAL -> ": this kernel does not know what was asked; a newer one is needed, or measure another op";
            default -> "; measure another op";
        });
    }
}
