package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BroadcastRingTest {
    /** Pages of the model's operations, in turn: more than any ring here holds. */
    private static final int PAGES = 64;

    /**
     * Ports that come, go, issue and serve in any order, one step at a time, against a list of all operations and one
     * index per port. Sequence numbers, room, what a port is told and where a port that joins begins: all must agree at
     * every step. Room is refused if and only if the slowest port online has a whole ring to read.
     */
    @ParameterizedTest
    @MethodSource("seedsAndCapacities")
    void theRingIsAListThatEveryPortReadsAtItsOwnPace(long seed, int capacity) {
        int ports = 4;
        SplittableRandom random = new SplittableRandom(seed);
        BroadcastRing ring = new BroadcastRing(ports, capacity);
        List<Long> published = new ArrayList<>();
        long[] position = new long[ports]; // -1: offline
        Tlb[] tlbs = new Tlb[ports];
        for (int port = 0; port < ports; port++) {
            position[port] = -1;
            tlbs[port] = new Tlb(new TlbGeometry(PAGES, 1, PAGES, 1));
        }
        int full = 0;
        for (int step = 0; step < 50_000; step++) {
            int port = random.nextInt(ports);
            if (position[port] < 0) {
                if (random.nextInt(3) == 0) {
                    ring.join(port, tlbs[port]);
                    position[port] = ring.acknowledged(port, port);
                    assertTrue(position[port] <= published.size(), "joined in the future");
                    assertTrue(position[port] >= published.size() - capacity, "joined where the ring is overwritten");
                }
                continue;
            }
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (random.nextInt(4) == 0) {
                        ring.leave(port);
                        position[port] = -1;
                    }
                }
                case 1, 2 -> {
                    long head = published.size();
                    long served = Math.min(head - position[port], 64);
                    for (int page = 0; page < PAGES; page++) {
                        fill(tlbs[port], page);
                    }
                    assertEquals(served, ring.serve(port, tlbs[port]));
                    for (long at = position[port]; at < position[port] + served; at++) {
                        assertFalse(holds(tlbs[port], published.get((int) at)), "not told of operation " + at);
                    }
                    assertEquals(PAGES - served, held(tlbs[port]), "told of something else too");
                    position[port] += served;
                    assertEquals(position[port], ring.acknowledged(port, port));
                }
                default -> {
                    long page = published.size() % PAGES;
                    long slowest = Long.MAX_VALUE;
                    for (long other : position) {
                        slowest = other < 0 ? slowest : Math.min(slowest, other);
                    }
                    boolean room = published.size() < slowest + capacity;
                    long sequence = ring.issue(port, Tlbi.vale1is(3, page));
                    assertEquals(room ? published.size() : Interconnect.FULL, sequence);
                    if (room) {
                        published.add(page);
                    } else {
                        full++;
                        assertEquals(slowest, ring.acknowledged(ring.waitsOn(port), port));
                    }
                }
            }
        }
        assertTrue(full > 100 && published.size() > 100 * capacity,
            full + " times full, " + published.size() + " in all");
    }

    static List<Object[]> seedsAndCapacities() {
        List<Object[]> all = new ArrayList<>();
        for (int capacity : new int[] {2, 4, 8, 16}) {
            for (long seed = 1; seed <= 4; seed++) {
                all.add(new Object[] {seed, capacity});
            }
        }
        return all;
    }

    private static void fill(Tlb tlb, long page) {
        if (!holds(tlb, page)) {
            tlb.insert(TlbLevel.tag(3, page), 0, 0);
        }
    }

    private static boolean holds(Tlb tlb, long page) {
        return tlb.lookup(TlbLevel.tag(3, page)) != Tlb.MISS;
    }

    private static long held(Tlb tlb) {
        long held = 0;
        for (int page = 0; page < PAGES; page++) {
            held += holds(tlb, page) ? 1 : 0;
        }
        return held;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 4096})
    void aRingTakesExactlyItsCapacityBeforeItIsFull(int capacity) {
        BroadcastRing ring = new BroadcastRing(2, capacity);
        Receiver issuer = new Receiver(ring, 0);
        Receiver other = new Receiver(ring, 1);
        issuer.join();
        other.join();
        for (int number = 0; number < capacity; number++) {
            assertEquals(number, ring.issue(0, Tlbi.vmalle1is()));
        }
        assertEquals(Interconnect.FULL, ring.issue(0, Tlbi.vmalle1is()));
        assertEquals(Interconnect.FULL, ring.issue(1, Tlbi.vmalle1is()), "full for everybody");
        ring.leave(1);
        assertEquals(Interconnect.FULL, ring.issue(0, Tlbi.vmalle1is()), "the issuer's own port is behind too");
    }

    @Test
    void aPortThatLeavesMakesRoom() {
        BroadcastRing ring = new BroadcastRing(2, 4);
        Receiver issuer = new Receiver(ring, 0);
        Receiver other = new Receiver(ring, 1);
        issuer.join();
        other.join();
        for (int number = 0; number < 4; number++) {
            ring.issue(0, Receiver.operation(0, number));
        }
        assertEquals(4, issuer.serve());
        assertEquals(Interconnect.FULL, ring.issue(0, Receiver.operation(0, 4)));
        assertEquals(1, ring.waitsOn(0));
        ring.leave(1);
        assertEquals(4, ring.issue(0, Receiver.operation(0, 4)));
    }

    /**
     * The race that the count of joins is for, step by step: an issuer reads all cursors and finds room for another
     * lap; before it can raise the limit, a port joins at the oldest place that the old limit allows. Fails if a join
     * leaves the limit's word as it was: the issuer would then overwrite what that port is about to read.
     */
    @Test
    void aPortThatJoinsWhileTheLimitIsBeingRaisedIsNotOverrun() {
        boolean[] joins = {false};
        Receiver[] joiner = new Receiver[1];
        BroadcastRing ring = new BroadcastRing(3, 2) {
            @Override
            public long acknowledged(int core, int issuer) {
                long cursor = super.acknowledged(core, issuer);
                if (core == 2 && joins[0]) { // the last one that is read
                    joins[0] = false;
                    joiner[0].join();
                }
                return cursor;
            }
        };
        Receiver issuer = new Receiver(ring, 0);
        issuer.join();
        joiner[0] = new Receiver(ring, 1);
        ring.issue(0, Receiver.operation(0, 0));
        ring.issue(0, Receiver.operation(0, 1));
        issuer.serve();
        joins[0] = true;
        assertEquals(Interconnect.FULL, ring.issue(0, Receiver.operation(0, 2)));
        assertFalse(joins[0], "nobody has joined");
        assertEquals(0, ring.acknowledged(1, 0));
        assertEquals(2, joiner[0].serve());
        assertEquals(2, ring.issue(0, Receiver.operation(0, 2)));
        assertEquals(1, joiner[0].serve());
    }

    /**
     * The same race on the other side: an issuer raises the limit between the joining port's look at it and its taking
     * a place. Fails if the port stays there all the same, since the issuer then goes on over it: not always (6 of 11
     * runs on two CPUs that had other work), as they have to meet within a few instructions. As many rounds as half a
     * second allows, because on a busy host each of them waits for a CPU.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void aPortThatJoinsInFullTrafficHoldsTheRingFromItsPlaceOn(int capacity) {
        BroadcastRing ring = new BroadcastRing(2, capacity);
        AtomicLong issued = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        join(ring, 0);
        Crew crew = new Crew();
        crew.add(() -> {
            Tlb tlb = new Tlb(TlbGeometry.CORTEX_A55);
            while (!over.get()) {
                if (ring.issue(0, Tlbi.vale1is(3, issued.get() % PAGES)) >= 0) {
                    issued.incrementAndGet();
                } else if (ring.serve(0, tlb) == 0) {
                    crew.idle();
                }
            }
        });
        crew.add(() -> {
            Tlb tlb = new Tlb(new TlbGeometry(PAGES, 1, PAGES, 1));
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
            for (int round = 0; round == 0 || round < 50_000 && System.nanoTime() - end < 0; round++) {
                ring.join(1, tlb);
                long place = ring.acknowledged(1, 1);
                while (issued.get() < place + capacity) {
                    crew.idle();
                }
                for (long at = place; at < place + capacity; at++) {
                    fill(tlb, at % PAGES);
                }
                // The first is acknowledged at once, so that one more may find room and be served too.
                assertTrue(ring.serve(1, tlb) >= capacity, "operations of a full ring, in round " + round);
                for (long at = place; at < place + capacity; at++) {
                    assertFalse(holds(tlb, at % PAGES), "not told of operation " + at + " in round " + round);
                }
                ring.leave(1);
            }
            over.set(true);
        });
        crew.run(() -> { });
        assertTrue(over.get());
    }

    /** Fails if an issuer reads words that it will have to read again, to serve them, in search of the ring's end. */
    @Test
    void anIssuerFarBehindServesFirst() {
        BroadcastRing ring = new BroadcastRing(2, 64);
        Receiver behind = new Receiver(ring, 0);
        Receiver ahead = new Receiver(ring, 1);
        behind.join();
        ahead.join();
        for (int i = 0; i < 16; i++) {
            ring.issue(1, Receiver.operation(1, i));
        }
        assertEquals(16, ring.issue(0, Receiver.operation(0, 0)), "not so far behind");
        for (int i = 16; i < 40; i++) {
            ring.issue(1, Receiver.operation(1, i));
        }
        assertEquals(Interconnect.FULL, ring.issue(0, Receiver.operation(0, 1)));
        assertEquals(41, behind.serve(), "nothing of it was published");
        assertEquals(41, ring.issue(0, Receiver.operation(0, 1)));
    }

    /**
     * On AArch64 a store-exclusive may fail though nobody else has stored. Fails if the issuer takes that for another's
     * operation: the slot that it then passes over stays empty, and no port gets beyond it.
     */
    @Test
    void aStoreExclusiveThatFailsForNoReasonLeavesNoHole() {
        int[] attempts = {0};
        BroadcastRing ring = new BroadcastRing(2, 4) {
            @Override
            boolean publish(int slot, long was, long is) {
                return ++attempts[0] % 3 == 0 && super.publish(slot, was, is);
            }
        };
        Receiver issuer = new Receiver(ring, 0);
        Receiver other = new Receiver(ring, 1);
        issuer.join();
        other.join();
        for (int number = 0; number < 10; number++) {
            assertEquals(number, ring.issue(0, Receiver.operation(0, number)));
            assertEquals(1, issuer.serve());
            assertEquals(1, other.serve());
        }
        assertTrue(attempts[0] >= 30, attempts[0] + " attempts");
    }

    /** Fails if the one that came second is told that its operation is on its way. */
    @Test
    void ofTwoIssuersThatMeetAtASlotOnePublishes() {
        for (BroadcastRing ring : new BroadcastRing[] {new BroadcastRing(1, 4), new StampedRing(1, 4)}) {
            boolean first = false;
            for (int attempt = 0; attempt < 1000 && !first; attempt++) { // it may fail for no reason
                first = ring.publish(0, 0, 1);
            }
            assertTrue(first);
            assertFalse(ring.publish(0, 0, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -8, 0, 1, 3, 12, 4095, Integer.MAX_VALUE})
    void aCapacityThatIsNoPowerOfTwoIsRefused(int capacity) {
        assertEquals("a ring of " + capacity + " operations: a power of two, at least 2",
            assertThrows(IllegalArgumentException.class, () -> new BroadcastRing(2, capacity)).getMessage());
    }

    /**
     * Offline a cursor is no position, but it has a parity: served from there it would stall the ring for everybody.
     */
    @Test
    void aPortOfflineIsNeitherServedNorIssuesAnything() {
        BroadcastRing ring = new BroadcastRing(2, 4);
        Receiver other = new Receiver(ring, 1);
        other.join();
        Tlb tlb = new Tlb(TlbGeometry.CORTEX_A55);
        String message = "core 0 uses its port while it is offline";
        assertEquals(message, assertThrows(IllegalStateException.class, () -> ring.serve(0, tlb)).getMessage());
        assertEquals(message, assertThrows(IllegalStateException.class, () -> ring.issue(0, 0)).getMessage());
        assertEquals(0, ring.issue(1, Receiver.operation(1, 0)));
        assertEquals(1, other.serve());
    }

    /**
     * To issue costs the same however many operations are under way. Fails if an issuer walks over those it has issued
     * itself, or has once found others'.
     */
    @Test
    void anIssuerGoesOnWhereItStopped() throws ReflectiveOperationException {
        int capacity = 8;
        BroadcastRing ring = new BroadcastRing(2, capacity);
        long[] before = words(ring, "frontier").clone();
        join(ring, 0);
        join(ring, 1);
        long sequence = ring.issue(0, Tlbi.vmalle1is());
        int own = onlyChange(before, words(ring, "frontier"));
        for (int round = 0; round < 3; round++) {
            assertEquals(sequence + 1, words(ring, "frontier")[own]);
            sequence = ring.issue(0, Tlbi.vmalle1is());
        }
        while (ring.issue(1, Tlbi.vmalle1is()) != Interconnect.FULL) {
            assertEquals(sequence + 1, words(ring, "frontier")[own], "it knows nothing of the other's yet");
        }
        assertEquals(Interconnect.FULL, ring.issue(0, Tlbi.vmalle1is()));
        assertEquals(capacity, words(ring, "frontier")[own], "behind the other's");
    }

    private static long[] words(BroadcastRing ring, String name) throws ReflectiveOperationException {
        Field field = BroadcastRing.class.getDeclaredField(name);
        field.setAccessible(true);
        return (long[]) field.get(ring);
    }

    /** 128 bytes, because CPUs fetch lines in pairs. Fails if the stride is shortened. */
    @Test
    void theCursorsOfTwoCoresLieAPairOfLinesApart() throws ReflectiveOperationException {
        int cores = 5;
        for (String name : new String[] {"cursors", "frontier"}) {
            BroadcastRing ring = new BroadcastRing(cores, 8);
            long[] words = words(ring, name);
            ring.issue(join(ring, 0), 0);
            int last = -1;
            for (int core = 0; core < cores; core++) {
                long[] before = words.clone();
                if (core > 0) {
                    join(ring, core);
                }
                ring.serve(core, new Tlb(TlbGeometry.CORTEX_A55));
                ring.issue(core, 0);
                int changed = onlyChange(before, words);
                assertTrue(last < 0 || changed - last >= 128 / Long.BYTES, name + " of core " + core);
                assertTrue(changed >= 128 / Long.BYTES && words.length - changed > 128 / Long.BYTES,
                    "padding around all");
                last = changed;
            }
        }
    }

    private static int join(BroadcastRing ring, int core) {
        ring.join(core, new Tlb(TlbGeometry.CORTEX_A55));
        return core;
    }

    private static int onlyChange(long[] before, long[] after) {
        int changed = -1;
        for (int i = 0; i < before.length; i++) {
            if (before[i] != after[i]) {
                assertEquals(-1, changed, "two words of one core");
                changed = i;
            }
        }
        assertTrue(changed >= 0);
        return changed;
    }
}
