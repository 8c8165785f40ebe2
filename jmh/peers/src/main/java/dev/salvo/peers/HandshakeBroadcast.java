package dev.salvo.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * HotSpot's own shootdown: an all-thread handshake, which closing a shared arena is made of.
 *
 * <p>{@code Arena.close} of a shared arena (JDK 17: {@code ResourceScope.close}) must know that no thread is in the
 * middle of an access to its memory. So the VM arms every Java thread's safepoint poll; a thread that runs comes to its
 * poll and lets itself be examined, one that sleeps or is in native code is examined for; and close returns when all
 * have been. What is measured is opening an empty arena and that close. The threads are all of the JVM's Java threads,
 * a few more than there are cores. One close serves a whole batch. No Java runs on receipt, so there is no work to be
 * done, and nothing that a core could count: instead the VM's own log says how many threads each handshake of a trial
 * reached.
 */
final class HandshakeBroadcast extends Broadcast {
    private static final int TRIALS = 4;
    private static final Pattern LINE = Pattern.compile("Handshake \"CloseScopedMemory\", Targeted threads: (\\d+)");
    private static final MethodHandle OPEN;
    private static final MethodHandle CLOSE;
    private static final String UNAVAILABLE;

    static {
        MethodHandle open = null;
        MethodHandle close = null;
        String unavailable = null;
        try {
            boolean last = Runtime.version().feature() < 19;
            Class<?> arena = Class.forName(last ? "jdk.incubator.foreign.ResourceScope" : "java.lang.foreign.Arena");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            open = lookup.findStatic(arena, last ? "newSharedScope" : "ofShared", MethodType.methodType(arena))
                .asType(MethodType.methodType(Object.class));
            close = lookup.findVirtual(arena, "close", MethodType.methodType(void.class))
                .asType(MethodType.methodType(void.class, Object.class));
        } catch (ReflectiveOperationException missing) {
            unavailable = "handshake: left out, as JDK " + Runtime.version().feature() + " has no shared arenas ("
                + missing + "); 17, 18 and 21 or later have";
        }
        OPEN = open;
        CLOSE = close;
        UNAVAILABLE = unavailable;
    }

    /** Why there can be no such contender on this JVM, if that is so. */
    static Optional<String> unavailable() {
        return Optional.ofNullable(UNAVAILABLE);
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            shakeHands();
            seat.sent(batch);
        }
    }

    @Override
    void receive(Seat seat) {
        while (!seat.turn.over()) { // a poll in every round
            seat.idle();
        }
    }

    @Override
    Optional<String> proveDelivery(List<Seat> seats, long sent) {
        try {
            Path folder = Files.createTempDirectory("salvo-handshakes"); // a log that exists would be moved aside
            Path log = folder.resolve("log");
            try {
                log(log, "handshake=info");
                for (int i = 0; i < TRIALS; i++) {
                    shakeHands();
                }
                log(log, "all=off");
                return judge(Files.readString(log), seats.size());
            } finally {
                Files.deleteIfExists(log);
                Files.delete(folder);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What the VM's log of the trial says against delivery, if anything. */
    static Optional<String> judge(String log, int cores) {
        int found = 0;
        for (Matcher line = LINE.matcher(log); line.find(); ) {
            found++;
            if (Integer.parseInt(line.group(1)) < cores) {
                return Optional.of("a handshake reached " + line.group(1) + " threads of at least " + cores);
            }
        }
        return found == TRIALS ? Optional.empty()
            : Optional.of("the VM's log tells of " + found + " handshakes, not of " + TRIALS);
    }

    private static void shakeHands() {
        try {
            Object arena = (Object) OPEN.invokeExact();
            CLOSE.invokeExact(arena);
        } catch (Error | RuntimeException failure) {
            throw failure;
        } catch (Throwable undeclared) {
            throw new IllegalStateException(undeclared);
        }
    }

    private static void log(Path file, String what) {
        try {
            ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmLog",
                new Object[] {new String[] {"output=" + file, "what=" + what}},
                new String[] {String[].class.getName()});
        } catch (JMException failure) {
            throw new IllegalStateException("the VM does not log its handshakes: " + failure, failure);
        }
    }
}
