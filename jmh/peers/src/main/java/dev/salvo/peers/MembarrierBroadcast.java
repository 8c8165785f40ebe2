package dev.salvo.peers;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Linux membarrier(2), PRIVATE_EXPEDITED: the kernel interrupts every CPU that runs a thread of this process, and
 * returns when each has executed a full barrier.
 *
 * <p>It reaches CPUs, not threads: at most as many interrupts as there are CPUs, however many cores share them (a
 * thread that does not run has passed a barrier when it was switched out). Nothing of ours runs on receipt, so there is
 * no work to be done and nothing to count; that it was delivered is what the kernel says by returning 0, and any other
 * result ends the run. One call serves a whole batch. The process registers first: without that the call fails, and the
 * first one after it is not slow. Called by JNA's direct mapping.
 */
final class MembarrierBroadcast extends Broadcast {
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;
    private static final int PRIVATE_EXPEDITED = 1 << 3;

    /** Where the system call is, by the JDK's name of the architecture. */
    private static final Map<String, Long> NUMBERS = Map.of("amd64", 324L, "aarch64", 283L, "riscv64", 283L,
        "ppc64le", 365L, "s390x", 356L);
    private static final long NUMBER = NUMBERS.getOrDefault(System.getProperty("os.arch"), -1L);

    /** The C library. */
    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native long syscall(long number, int command, int flags, int cpu);
    }

    /** Registers this process. Returns why it cannot be, if that is so. */
    static Optional<String> unavailable() {
        if (NUMBER < 0) {
            return Optional.of("membarrier: left out, its number on " + System.getProperty("os.arch")
                + " is not known here");
        }
        return Libc.syscall(NUMBER, REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 ? Optional.empty()
            : Optional.of("membarrier: left out, the kernel does not register for it (errno " + Native.getLastError()
                + "; 38 is a kernel before 4.14, 1 a container that forbids it)");
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            if (Libc.syscall(NUMBER, PRIVATE_EXPEDITED, 0, 0) != 0) {
                throw new UndeliveredException("membarrier failed: errno " + Native.getLastError());
            }
            seat.sent(batch);
        }
    }

    @Override
    void receive(Seat seat) {
        while (!seat.turn.over()) {
            seat.idle();
        }
    }

    /** The kernel has said so, call by call. */
    @Override
    Optional<String> proveDelivery(List<Seat> seats, long sent) {
        return Optional.empty();
    }
}
