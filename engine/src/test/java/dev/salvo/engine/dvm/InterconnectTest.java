package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every interconnect promises, tried with plain threads and no machine. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterconnectTest {
    static Stream<Arguments> smallOnes() {
        return Stream.of(Kind.values()).flatMap(
            kind -> Stream.of(2, 4, 8).map(capacity -> Arguments.of(kind, capacity)));
    }

    /**
     * Three issuers, which receive too, and a port that only receives. Thousands of laps. Fails if an operation is
     * lost, doubled, overwritten or overtaken by a later one of the same issuer; if anybody hangs; or if a cursor falls
     * back.
     */
    @ParameterizedTest
    @MethodSource("smallOnes")
    void everyPortIsToldEveryOperationOnceAndInItsIssuersOrder(Kind kind, int capacity) {
        int issuers = 3;
        int ports = 4;
        int each = 8_000;
        Interconnect interconnect = kind.build(ports, capacity);
        Receiver[] receivers = new Receiver[ports];
        for (int port = 0; port < ports; port++) {
            receivers[port] = new Receiver(interconnect, port);
            receivers[port].join();
        }
        Crew crew = new Crew();
        for (Receiver receiver : receivers) {
            crew.add(() -> {
                long taken = 0;
                int issued = receiver.port < issuers ? 0 : each;
                while (taken < (long) issuers * each || issued < each) {
                    if (issued < each
                        && interconnect.issue(receiver.port, Receiver.operation(receiver.port, issued)) >= 0) {
                        issued++;
                        continue;
                    }
                    int now = receiver.serve();
                    taken += now;
                    if (now == 0) {
                        crew.idle();
                    }
                }
            });
        }
        long[][] cursors = new long[ports][issuers];
        crew.run(() -> {
            for (int port = 0; port < ports; port++) {
                for (int issuer = 0; issuer < issuers; issuer++) {
                    long now = interconnect.acknowledged(port, issuer);
                    assertTrue(now >= cursors[port][issuer], "port " + port + " has taken an acknowledgement back");
                    cursors[port][issuer] = now;
                }
            }
        });
        for (Receiver receiver : receivers) {
            assertEquals(0, receiver.serve(), "nothing is left");
            for (int issuer = 0; issuer < issuers; issuer++) {
                assertEquals(each, receiver.served(issuer));
            }
        }
    }

    /**
     * What a shootdown is for. A word stands for a page-table entry; ports keep copies of it in their TLBs, and go
     * offline and online all the time. The issuer counts the entry up, issues, waits, and then says so; from then on nobody
     * may read an older copy. Fails if a port is passed over, acknowledges early, or comes online with old entries or
     * at the wrong place.
     */
    @ParameterizedTest
    @MethodSource("smallOnes")
    void afterTheWaitNobodyReadsAnOldCopyThoughPortsComeAndGo(Kind kind, int capacity) {
        int issuers = 2;
        int ports = 5;
        int rounds = 3_000;
        int pages = 4; // per issuer
        Interconnect interconnect = kind.build(ports, capacity);
        AtomicLongArray table = new AtomicLongArray(issuers * pages);
        AtomicLongArray complete = new AtomicLongArray(issuers * pages);
        AtomicInteger finished = new AtomicInteger();
        Crew crew = new Crew();
        for (int port = 0; port < ports; port++) {
            Reader reader = new Reader(interconnect, port, table, complete);
            if (port < issuers) {
                reader.join(); // before anybody begins
                crew.add(() -> {
                    for (int round = 0; round < rounds; round++) {
                        int page = reader.port * pages + round % pages;
                        table.setRelease(page, table.getPlain(page) + 1);
                        VarHandle.storeStoreFence(); // dsb(ishst)
                        long operation = Tlbi.vale1is(0, page);
                        long sequence;
                        while ((sequence = interconnect.issue(reader.port, operation)) == Interconnect.FULL) {
                            reader.serveOr(crew);
                        }
                        if (round % 3 == 0) {
                            continue; // the next wait completes this one too
                        }
                        await(interconnect, reader, sequence, crew);
                        complete.set(page, table.getPlain(page));
                        reader.readAll();
                    }
                    finished.incrementAndGet();
                    while (finished.get() < issuers) {
                        reader.serveOr(crew);
                    }
                    reader.leave();
                });
            } else {
                SplittableRandom random = new SplittableRandom(port);
                crew.add(() -> {
                    while (finished.get() < issuers) {
                        reader.join();
                        for (int i = random.nextInt(20); i >= 0; i--) {
                            reader.readAll();
                            reader.serveOr(crew);
                        }
                        reader.leave();
                        if (random.nextInt(4) == 0) {
                            crew.idle();
                        }
                    }
                });
            }
        }
        crew.run(() -> { });
        assertEquals(issuers, finished.get());
    }

    private static void await(Interconnect interconnect, Reader reader, long sequence, Crew crew) {
        VarHandle.fullFence(); // as Core.dsb has it
        int behind = interconnect.behind(reader.port, sequence, 0);
        while (behind < interconnect.cores()) {
            reader.serveOr(crew);
            behind = interconnect.behind(reader.port, sequence, behind);
        }
    }

    /** A port that reads entries through its TLB, and knows how old they may be. */
    private static final class Reader {
        final int port;
        private final Interconnect interconnect;
        private final AtomicLongArray table;
        private final AtomicLongArray complete;
        private final Tlb tlb = new Tlb(new TlbGeometry(16, 16, 16, 4));

        Reader(Interconnect interconnect, int port, AtomicLongArray table, AtomicLongArray complete) {
            this.interconnect = interconnect;
            this.port = port;
            this.table = table;
            this.complete = complete;
        }

        void join() {
            tlb.invalidateAll();
            interconnect.join(port, tlb);
        }

        void leave() {
            interconnect.leave(port);
        }

        void serveOr(Crew crew) {
            if (interconnect.serve(port, tlb) == 0) {
                crew.idle();
            }
        }

        void readAll() {
            for (int page = 0; page < table.length(); page++) {
                long atLeast = complete.get(page);
                long tag = TlbLevel.tag(0, page);
                int entry = tlb.lookup(tag);
                if (entry == Tlb.MISS) {
                    entry = tlb.insert(tag, table.getAcquire(page), 0);
                }
                long found = tlb.output(entry);
                if (found < atLeast) {
                    throw new AssertionError("port " + port + " reads version " + found + " of page " + page
                        + " after version " + atLeast + " was complete");
                }
            }
        }
    }

    // ---- one port at a time, one step at a time

    @ParameterizedTest
    @EnumSource
    void aPortThatIsOfflineHasAcknowledgedEverything(Kind kind) {
        Interconnect interconnect = kind.build(3, 8);
        Receiver issuer = new Receiver(interconnect, 0);
        Receiver other = new Receiver(interconnect, 1);
        assertEquals(Interconnect.OFFLINE, interconnect.acknowledged(2, 0));
        issuer.join();
        other.join();
        long sequence = interconnect.issue(0, Receiver.operation(0, 0));
        assertEquals(0, sequence);
        assertEquals(0, interconnect.behind(0, sequence, 0), "itself");
        assertEquals(1, issuer.serve());
        assertEquals(1, interconnect.behind(0, sequence, 0));
        interconnect.leave(1);
        assertEquals(3, interconnect.behind(0, sequence, 0));
        assertEquals(Interconnect.OFFLINE, interconnect.acknowledged(1, 0));
    }

    /** Fails if its operations are counted anew: all of those numbers have been acknowledged long ago. */
    @ParameterizedTest
    @EnumSource
    void anIssuerThatComesBackIsAnsweredAsBefore(Kind kind) {
        Interconnect interconnect = kind.build(2, 8);
        Receiver issuer = new Receiver(interconnect, 0);
        Receiver other = new Receiver(interconnect, 1);
        issuer.join();
        other.join();
        long last = 0;
        for (int number = 0; number < 6; number++) {
            last = interconnect.issue(0, Receiver.operation(0, number));
            issuer.serve();
            other.serve();
        }
        interconnect.leave(0);
        Tlb empty = new Tlb(TlbGeometry.CORTEX_A55);
        interconnect.join(0, empty);
        long sequence = interconnect.issue(0, Receiver.operation(0, 6));
        assertTrue(sequence > last, sequence + " after " + last);
        assertEquals(0, interconnect.behind(0, sequence, 0), "itself");
        interconnect.serve(0, empty);
        assertEquals(1, interconnect.behind(0, sequence, 0));
        assertEquals(1, other.serve());
        assertEquals(2, interconnect.behind(0, sequence, 0));
    }

    @ParameterizedTest
    @EnumSource
    void aServeAcknowledgesNoMoreThanItHasTaken(Kind kind) {
        Interconnect interconnect = kind.build(2, 256);
        Receiver issuer = new Receiver(interconnect, 0);
        Receiver other = new Receiver(interconnect, 1);
        issuer.join();
        other.join();
        for (int number = 0; number < 200; number++) {
            long sequence;
            while ((sequence = interconnect.issue(0, Receiver.operation(0, number))) == Interconnect.FULL) {
                issuer.serve();
                other.serve();
            }
            assertEquals(number, sequence);
        }
        while (other.served(0) < 200) {
            int taken = other.serve();
            assertTrue(taken > 0 && taken <= 64, "nobody waits for a whole ring to be read: " + taken);
            assertEquals(other.served(0), interconnect.acknowledged(1, 0));
        }
        assertEquals(0, other.serve());
    }

    /**
     * The first port with an index of at least the given one that is behind; the one an issuer without room waits on.
     */
    @ParameterizedTest
    @EnumSource
    void aWaitGoesOnWhereItStopped(Kind kind) {
        Interconnect interconnect = kind.build(4, 2);
        Receiver[] receivers = new Receiver[4];
        for (int port = 0; port < 4; port++) {
            receivers[port] = new Receiver(interconnect, port);
            receivers[port].join();
        }
        interconnect.issue(0, Receiver.operation(0, 0));
        long sequence = interconnect.issue(0, Receiver.operation(0, 1));
        assertEquals(Interconnect.FULL, interconnect.issue(0, Receiver.operation(0, 2)));
        receivers[0].serve();
        receivers[1].serve();
        receivers[3].serve();
        assertEquals(2, interconnect.behind(0, sequence, 0));
        assertEquals(2, interconnect.behind(0, sequence, 2));
        assertEquals(4, interconnect.behind(0, sequence, 3), "an issuer asks nobody again");
        assertEquals(Interconnect.FULL, interconnect.issue(0, Receiver.operation(0, 2)));
        assertEquals(2, interconnect.waitsOn(0));
        receivers[2].serve();
        assertTrue(interconnect.issue(0, Receiver.operation(0, 2)) >= 0);
    }

    /** The laggard that a report names must not depend on how the operations are carried. */
    @ParameterizedTest
    @EnumSource
    void ofPortsEquallyFarBehindTheFirstIsWaitedFor(Kind kind) {
        Interconnect interconnect = kind.build(4, 2);
        Receiver issuer = new Receiver(interconnect, 2);
        issuer.join();
        new Receiver(interconnect, 1).join();
        new Receiver(interconnect, 3).join();
        interconnect.issue(2, Receiver.operation(2, 0));
        interconnect.issue(2, Receiver.operation(2, 1));
        assertEquals(Interconnect.FULL, interconnect.issue(2, Receiver.operation(2, 2)));
        assertEquals(1, interconnect.waitsOn(2));
        interconnect.leave(1);
        assertEquals(Interconnect.FULL, interconnect.issue(2, Receiver.operation(2, 2)));
        assertEquals(2, interconnect.waitsOn(2), "itself: it has not served either");
        issuer.serve();
        assertEquals(Interconnect.FULL, interconnect.issue(2, Receiver.operation(2, 2)));
        assertEquals(3, interconnect.waitsOn(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"RING", "INBOXES"})
    void onlyTheKindsThatTakeTimesKnowWhenAnOperationWasIssued(Kind kind) {
        for (Kind tried : new Kind[] {kind, Kind.valueOf("STAMPED_" + kind)}) {
            Interconnect interconnect = tried.build(2, 4);
            Receiver issuer = new Receiver(interconnect, 0);
            Receiver other = new Receiver(interconnect, 1);
            issuer.join();
            other.join();
            assertEquals(Interconnect.NOTHING, interconnect.arrival(1));
            long before = System.nanoTime();
            interconnect.issue(0, Receiver.operation(0, 0));
            long between = System.nanoTime();
            interconnect.issue(0, Receiver.operation(0, 1));
            long arrival = interconnect.arrival(1);
            if (tried == kind) {
                assertEquals(Interconnect.NOTHING, arrival);
            } else {
                assertTrue(before <= arrival && arrival <= between, "the first of the two");
            }
            other.serve();
            assertEquals(Interconnect.NOTHING, interconnect.arrival(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCapacityBelowTwoIsRefused(Kind kind) {
        String message = assertThrows(IllegalArgumentException.class, () -> kind.build(2, 1)).getMessage();
        assertTrue(message.matches("an? (ring|inbox) of 1 (operations|messages): .*at least 2"), message);
    }
}
