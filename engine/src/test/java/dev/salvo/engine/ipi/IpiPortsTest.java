package dev.salvo.engine.ipi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(900)
class IpiPortsTest {
    private static final int ROUNDS = 20_000;

    private static long[] set(int cores, int... members) {
        long[] set = new long[cores + 63 >> 6];
        for (int member : members) {
            set[member >> 6] |= 1L << member;
        }
        return set;
    }

    private static List<String> served(IpiPorts ports, int target) {
        List<String> received = new ArrayList<>();
        int served = ports.serve(target, (sender, message) -> received.add(sender + ":" + message));
        assertEquals(served, received.size());
        return received;
    }

    @Test
    void aPostReachesItsTargetsAndNobodyElse() {
        IpiPorts ports = new IpiPorts(130);
        ports.post(129, set(130, 0, 63, 64, 128, 129), 7);
        for (int core = 0; core < 130; core++) {
            boolean target = core == 0 || core == 63 || core == 64 || core == 128;
            assertEquals(!target, ports.isEmpty(core));
            assertEquals(target ? List.of("129:7") : List.of(), served(ports, core));
            assertTrue(ports.isEmpty(core));
            assertEquals(List.of(), served(ports, core));
        }
    }

    @Test
    void theSenderIsToldTheFirstWhoHasNotAcknowledged() {
        IpiPorts ports = new IpiPorts(130);
        assertEquals(IpiPorts.NOBODY, ports.behind(5));
        ports.post(5, set(130, 3, 70, 129), 1);
        assertEquals(3, ports.behind(5));
        served(ports, 70);
        assertEquals(3, ports.behind(5));
        served(ports, 3);
        assertEquals(129, ports.behind(5));
        assertEquals(IpiPorts.NOBODY, ports.behind(6));
        served(ports, 129);
        assertEquals(IpiPorts.NOBODY, ports.behind(5));
    }

    @Test
    void whoPostsToNobodyOrItselfWaitsForNobody() {
        IpiPorts ports = new IpiPorts(2);
        ports.post(1, set(2), 1);
        ports.post(1, set(2, 1), 2);
        assertEquals(IpiPorts.NOBODY, ports.behind(1));
        assertTrue(ports.isEmpty(1));
    }

    @Test
    void postsOfSeveralSendersAreTakenTogetherAndAcknowledgedEachWhenItWasReceived() {
        IpiPorts ports = new IpiPorts(130);
        for (int sender : new int[] {128, 2, 64, 1}) {
            ports.post(sender, set(130, 0), sender + 1000);
        }
        List<Integer> received = new ArrayList<>();
        assertEquals(4, ports.serve(0, (sender, message) -> {
            assertEquals(sender + 1000, message);
            assertEquals(0, ports.behind(sender), "not acknowledged before it was received");
            received.forEach(earlier -> assertEquals(IpiPorts.NOBODY, ports.behind(earlier)));
            received.add(sender);
        }));
        assertEquals(List.of(1, 2, 64, 128), received);
    }

    @Test
    void aReceiverMayServeAgain() {
        IpiPorts ports = new IpiPorts(4);
        ports.post(1, set(4, 0), 1);
        ports.post(2, set(4, 0), 2);
        List<String> inner = new ArrayList<>();
        assertEquals(2, ports.serve(0, (sender, message) -> {
            if (sender == 1) {
                ports.post(3, set(4, 0), 3);
                inner.addAll(served(ports, 0));
            }
        }));
        assertEquals(List.of("3:3"), inner);
        for (int sender = 1; sender < 4; sender++) {
            assertEquals(IpiPorts.NOBODY, ports.behind(sender));
        }
    }

    @Test
    void whoPostsAgainBeforeAllHaveAcknowledgedIsRefused() {
        IpiPorts ports = new IpiPorts(3);
        ports.post(0, set(3, 1, 2), 1);
        served(ports, 1);
        assertEquals("core 0 interrupts again before core 2 has acknowledged",
            assertThrows(IllegalStateException.class, () -> ports.post(0, set(3, 1), 2)).getMessage());
        served(ports, 2);
        ports.post(0, set(3, 1), 2);
        assertEquals(List.of("0:2"), served(ports, 1));
    }

    @Test
    void whatIsWithdrawnIsNotReceivedAndNotWaitedFor() {
        IpiPorts ports = new IpiPorts(130);
        ports.post(0, set(130, 1, 128), 1);
        ports.post(2, set(130, 128), 2);
        assertTrue(ports.withdraw(0, 128));
        assertEquals(1, ports.behind(0));
        assertEquals(List.of("2:2"), served(ports, 128));
        served(ports, 1);
        assertEquals(IpiPorts.NOBODY, ports.behind(0));
        ports.post(0, set(130, 128), 3);
        assertEquals(List.of("0:3"), served(ports, 128), "and the next is");
    }

    @Test
    void whatHasBeenTakenCannotBeWithdrawn() {
        IpiPorts ports = new IpiPorts(2);
        ports.post(0, set(2, 1), 1);
        ports.serve(1, (sender, message) -> {
            assertFalse(ports.withdraw(0, 1));
            assertEquals(1, ports.behind(0));
        });
        assertEquals(IpiPorts.NOBODY, ports.behind(0));
    }

    /**
     * Every core interrupts random sets of the others, again and again, and takes what comes. A target finds in plain
     * memory what the sender wrote before it posted; the sender finds there what the target wrote, once it is told; and
     * nobody is told twice or not at all. Some posts are withdrawn at once: then either that, or the receipt.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 5, 70})
    void nothingIsLostDoubledOrSeenTooEarly(int cores) throws ExecutionException, InterruptedException {
        IpiPorts ports = new IpiPorts(cores);
        int rounds = ROUNDS / cores;
        long[] written = new long[cores * 16];
        long[][] seen = new long[cores][cores];
        AtomicIntegerArray received = new AtomicIntegerArray(cores);
        AtomicIntegerArray sent = new AtomicIntegerArray(cores);
        AtomicIntegerArray finished = new AtomicIntegerArray(1);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int id = 0; id < cores; id++) {
            int core = id;
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            IpiPorts.Receiver receiver = (sender, message) -> {
                if (written[sender * 16] != message) {
                    throw new IllegalStateException("core " + core + " does not see what core " + sender + " wrote");
                }
                seen[core][sender] = message;
                received.incrementAndGet(core);
            };
            Thread thread = new Thread(() -> {
                try {
                    SplittableRandom random = new SplittableRandom(core);
                    for (long round = 1; round <= rounds; round++) {
                        shoot(ports, core, cores, random, round, written, seen, sent, receiver);
                    }
                    finished.incrementAndGet(0);
                    while (finished.get(0) < cores) {
                        ports.serve(core, receiver);
                        Thread.yield();
                    }
                    done.complete(null);
                } catch (RuntimeException failed) {
                    finished.addAndGet(0, cores);
                    done.completeExceptionally(failed);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        for (CompletableFuture<Void> one : all) {
            one.get();
        }
        for (int core = 0; core < cores; core++) {
            assertEquals(sent.get(core), received.get(core), "core " + core);
            assertTrue(received.get(core) > 0);
            assertTrue(ports.isEmpty(core) || ports.serve(core, (sender, message) -> { }) == 0);
        }
    }

    private static void shoot(IpiPorts ports, int core, int cores, SplittableRandom random, long round, long[] written,
                              long[][] seen, AtomicIntegerArray sent, IpiPorts.Receiver receiver) {
        long[] targets = new long[cores + 63 >> 6];
        for (int target = 0; target < cores; target++) {
            if (target != core && random.nextInt(cores) < 4) {
                targets[target >> 6] |= 1L << target;
                sent.incrementAndGet(target);
            }
        }
        long[] left = targets.clone();
        written[core * 16] = round;
        ports.post(core, targets, round);
        int behind;
        boolean withdraws = random.nextInt(4) == 0;
        while ((behind = ports.behind(core)) != IpiPorts.NOBODY) {
            if (withdraws && ports.withdraw(core, behind)) {
                sent.decrementAndGet(behind);
                left[behind >> 6] &= ~(1L << behind);
            } else if (ports.serve(core, receiver) == 0) {
                Thread.yield();
            }
        }
        for (int target = 0; target < cores; target++) {
            boolean told = (left[target >> 6] & 1L << target) != 0;
            if (told && seen[target][core] != round) {
                throw new IllegalStateException("core " + core + " does not see what core " + target + " did");
            }
        }
    }
}
