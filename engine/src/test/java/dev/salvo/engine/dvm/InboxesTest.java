package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InboxesTest {
    private static Receiver[] online(Inboxes inboxes, int... ports) {
        Receiver[] receivers = new Receiver[inboxes.cores()];
        for (int port : ports) {
            receivers[port] = new Receiver(inboxes, port);
            receivers[port].join();
        }
        return receivers;
    }

    private static void issue(Inboxes inboxes, int issuer, int first, int count) {
        for (int number = first; number < first + count; number++) {
            assertEquals(number, inboxes.issue(issuer, Receiver.operation(issuer, number)));
        }
    }

    /** Fails if there is room for more messages than an inbox holds, or for fewer. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 32})
    void anInboxTakesExactlyItsCapacity(int capacity) {
        Inboxes inboxes = new Inboxes(2, capacity);
        Receiver[] receivers = online(inboxes, 0, 1);
        issue(inboxes, 0, 0, capacity);
        assertEquals(Interconnect.FULL, inboxes.issue(0, Receiver.operation(0, capacity)));
        assertEquals(0, inboxes.waitsOn(0), "its own inbox");
        receivers[0].serve();
        assertEquals(Interconnect.FULL, inboxes.issue(0, Receiver.operation(0, capacity)));
        assertEquals(1, inboxes.waitsOn(0));
        receivers[1].serve();
        assertEquals(capacity, inboxes.issue(0, Receiver.operation(0, capacity)));
        assertEquals(1, receivers[0].serve(), "posted once, although it was tried three times");
        assertEquals(1, receivers[1].serve());
    }

    /** Fails if a message is used again before everybody online has acknowledged it. */
    @Test
    void anIssuerIsAtMostItsWindowAhead() {
        Inboxes inboxes = new Inboxes(3, 256);
        Receiver[] receivers = online(inboxes, 0, 1, 2);
        issue(inboxes, 0, 0, Inboxes.WINDOW);
        receivers[0].serve();
        receivers[1].serve();
        assertEquals(Interconnect.FULL, inboxes.issue(0, Receiver.operation(0, Inboxes.WINDOW)));
        assertEquals(2, inboxes.waitsOn(0));
        issue(inboxes, 1, 0, Inboxes.WINDOW); // another issuer's window is its own
        inboxes.leave(2);
        issue(inboxes, 0, Inboxes.WINDOW, 1);
    }

    /** Who asks which port to wait for may be overtaken by it. Fails if the answer is then no port at all. */
    @Test
    void thePortToWaitForExistsThoughAllHaveServedMeanwhile() {
        Inboxes inboxes = new Inboxes(3, 256);
        Receiver[] receivers = online(inboxes, 0, 1, 2);
        issue(inboxes, 0, 0, Inboxes.WINDOW);
        assertEquals(Interconnect.FULL, inboxes.issue(0, Receiver.operation(0, Inboxes.WINDOW)));
        serveAll(receivers);
        int port = inboxes.waitsOn(0);
        assertTrue(port >= 0 && port < inboxes.cores(), "port " + port);
        issue(inboxes, 0, Inboxes.WINDOW, 1);
    }

    /** One issuer alone can never post more than a core takes at once; two can. */
    @Test
    void aCrowdedPortStopsToAcknowledgeAfterSixtyFour() {
        Inboxes inboxes = new Inboxes(3, 256);
        Receiver[] receivers = online(inboxes, 0, 1, 2);
        issue(inboxes, 0, 0, 40);
        issue(inboxes, 1, 0, 40);
        assertEquals(64, receivers[2].serve());
        assertEquals(40, inboxes.acknowledged(2, 0));
        assertEquals(24, inboxes.acknowledged(2, 1));
        assertEquals(16, receivers[2].serve());
        assertEquals(40, inboxes.acknowledged(2, 1));
    }

    /**
     * To join acknowledges what has been begun, though it may still be posted to the port that has joined. Its issuer
     * may then use that message again while it lies in the inbox, and the port finds the later operation where the
     * earlier should be. It must not take that for an acknowledgement of all between.
     */
    @Test
    void aMessageUsedAgainBeforeItIsServedDoesNotAcknowledgeThoseBetween() {
        int issuer = 0;
        int crowded = 1;
        int second = 2;
        int third = 3;
        int joiner = 4;
        Inboxes inboxes = new Inboxes(5, 128);
        Receiver[] receivers = online(inboxes, issuer, crowded, second, third);
        issue(inboxes, issuer, 0, 10);
        issue(inboxes, second, 0, 64);
        issue(inboxes, third, 0, 54);
        serveAll(receivers[issuer], receivers[second], receivers[third]);
        // One inbox is full: operation 10 is begun, and not posted beyond it.
        assertEquals(Interconnect.FULL, inboxes.issue(issuer, Receiver.operation(issuer, 10)));
        receivers[joiner] = new Receiver(inboxes, joiner);
        receivers[joiner].join();
        assertEquals(11, inboxes.acknowledged(joiner, issuer), "what is begun when it joins");
        serveAll(receivers[crowded]);
        issue(inboxes, issuer, 10, 20); // operation 10 is posted to the port that has acknowledged it
        serveAll(receivers[issuer], receivers[crowded], receivers[second], receivers[third]);
        issue(inboxes, second, 64, 20);
        serveAll(receivers[issuer], receivers[crowded], receivers[second], receivers[third]);
        issue(inboxes, issuer, 30, 44);
        serveAll(receivers[issuer], receivers[crowded], receivers[second], receivers[third]);
        issue(inboxes, issuer, 74, 1); // in the message of operation 10

        // 85 messages lie in the inbox; one serve takes 64.
        Tlb tlb = new Tlb(new TlbGeometry(2048, 8, 2048, 8));
        for (int page = 0; page < 128; page++) {
            tlb.insert(TlbLevel.tag(issuer, page), 0, 0);
        }
        int served = 0;
        int taken;
        while ((taken = inboxes.serve(joiner, tlb)) > 0) {
            served += taken;
            for (long number = 11; number < inboxes.acknowledged(joiner, issuer); number++) {
                assertEquals(Tlb.MISS,
                    tlb.lookup(TlbLevel.tag(issuer, number)),
                    "operation " + number + " is acknowledged, up to " + inboxes.acknowledged(joiner, issuer));
            }
        }
        assertEquals(85, served);
        assertEquals(75, inboxes.acknowledged(joiner, issuer));
        assertEquals(84, inboxes.acknowledged(joiner, second));
    }

    /**
     * As above, at the one moment when it shows from outside: a serve ends with the message that was used again, and
     * all between still lie behind it.
     */
    @Test
    void aServeThatEndsWithAMessageUsedAgainAcknowledgesNoneOfThoseBehindIt() {
        int issuer = 0;
        int crowded = 1;
        int second = 2;
        int third = 3;
        int joiner = 4;
        Inboxes inboxes = new Inboxes(5, 128);
        Receiver[] receivers = online(inboxes, issuer, crowded, second, third);
        issue(inboxes, issuer, 0, 10);
        issue(inboxes, second, 0, 64);
        issue(inboxes, third, 0, 54);
        serveAll(receivers[issuer], receivers[second], receivers[third]);
        assertEquals(Interconnect.FULL, inboxes.issue(issuer, Receiver.operation(issuer, 10)));
        Tlb tlb = new Tlb(TlbGeometry.CORTEX_A55);
        inboxes.join(joiner, tlb);
        serveAll(receivers[crowded]);
        issue(inboxes, second, 64, 63);
        issue(inboxes, issuer, 10, 1); // begun before the port joined; the 64th in its inbox
        serveAll(receivers[issuer], receivers[crowded], receivers[second], receivers[third]);
        issue(inboxes, issuer, 11, 64); // the last of them in the message of operation 10
        assertEquals(64, inboxes.serve(joiner, tlb));
        assertEquals(127, inboxes.acknowledged(joiner, second));
        assertEquals(11, inboxes.acknowledged(joiner, issuer), "64 operations have yet to be served");
        assertEquals(64, inboxes.serve(joiner, tlb));
        assertEquals(75, inboxes.acknowledged(joiner, issuer));
    }

    private static void serveAll(Receiver... receivers) {
        for (Receiver receiver : receivers) {
            while (receiver.serve() > 0) {
                assertTrue(receiver.port >= 0);
            }
        }
    }

    @Test
    void anOperationThatIsPostedToSomeCannotBeReplacedByAnother() {
        Inboxes inboxes = new Inboxes(2, 2);
        Receiver[] receivers = online(inboxes, 0, 1);
        issue(inboxes, 0, 0, 2);
        receivers[0].serve();
        assertEquals(Interconnect.FULL, inboxes.issue(0, Receiver.operation(0, 2)));
        assertEquals("core 0 issues VMALLE1IS with VALE1IS asid=0 page=0x2 posted to some cores only",
            assertThrows(IllegalStateException.class, () -> inboxes.issue(0, Tlbi.vmalle1is())).getMessage());
        receivers[1].serve();
        assertEquals(2, inboxes.issue(0, Receiver.operation(0, 2)));
    }

    /** What lay in the inbox when the port left concerns it no more, and takes no room. */
    @Test
    void aPortThatComesBackFindsItsInboxEmpty() {
        Inboxes inboxes = new Inboxes(2, 4);
        Receiver[] receivers = online(inboxes, 0, 1);
        issue(inboxes, 0, 0, 4);
        inboxes.leave(1);
        receivers[0].serve();
        issue(inboxes, 0, 4, 2);
        receivers[1] = new Receiver(inboxes, 1);
        receivers[1].join();
        assertEquals(0, receivers[1].serve());
        assertEquals(6, inboxes.acknowledged(1, 0), "everything begun before it joined");
        receivers[0].serve();
        issue(inboxes, 0, 6, 4);
        assertEquals(Interconnect.FULL, inboxes.issue(0, Receiver.operation(0, 10)));
        assertFalse(inboxes.acknowledged(1, 0) > 6);
    }
}
