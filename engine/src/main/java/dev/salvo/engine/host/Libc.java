package dev.salvo.engine.host;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The C library's functions for affinity, system calls and terminals, mapped directly, without proxies. They are looked
 * up in the running process, where a JVM has loaded them under whatever name the library bears (glibc, musl). Call
 * {@link CpuPinning#requireAvailable} or {@link CpuPinning#isAvailable} before: that sees to where JNA puts its own
 * library, and knows what is wrong with it.
 *
 * <p>A pid of 0 is the calling thread. A result of -1 is a failure, whose errno is {@link Native#getLastError()}.
 */
final class Libc {
    /** The errno for a mask without usable CPU (set), or too short for the kernel's (get). */
    static final int EINVAL = 22;

    /** The errno for a call that a policy forbids; some filters say instead that there is no such call. */
    static final int EPERM = 1;
    static final int ENOSYS = 38;

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {
    }

    static native int sched_setaffinity(int pid, long bytes, long[] mask);

    static native int sched_getaffinity(int pid, long bytes, long[] mask);

    static native int sched_getcpu();

    /** perf_event_open(2), which has no function of its own: with its number on this architecture. */
    static native long syscall(long number, byte[] attributes, int pid, int cpu, int group, long flags);

    static native int close(int file);

    /** ioctl(2) of a request that fills a structure of shorts. */
    static native int ioctl(int file, long request, short[] filled);
}
