package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;

/**
 * One port, and a record of what came through it. An issuer's operation number <i>n</i> invalidates page <i>n</i> mod
 * {@value #WINDOW} of the address space that bears the issuer's number; the TLB holds all of those pages, so what is
 * missing after a serve is what has been served. Out of turn, twice or never: each leaves the record short of the count
 * that the serve returned.
 */
final class Receiver {
    /** Further than any issuer can be ahead of a receiver. */
    static final int WINDOW = 256;

    private static final TlbGeometry ROOMY = new TlbGeometry(8 * WINDOW, 8, 8 * WINDOW, 8); // for 8 issuers

    final int port;
    private final Interconnect interconnect;
    private final Tlb tlb = new Tlb(ROOMY);
    private final long[] served;

    Receiver(Interconnect interconnect, int port) {
        this.interconnect = interconnect;
        this.port = port;
        served = new long[interconnect.cores()];
        for (int issuer = 0; issuer < served.length; issuer++) {
            for (int page = 0; page < WINDOW; page++) {
                tlb.insert(tag(issuer, page), 0, 0);
            }
        }
    }

    void join() {
        interconnect.join(port, tlb);
    }

    static long operation(int issuer, long number) {
        return Tlbi.vale1is(issuer, number % WINDOW);
    }

    int serve() {
        int taken = interconnect.serve(port, tlb);
        int found = 0;
        for (int issuer = 0; issuer < served.length && found < taken; issuer++) {
            while (!holds(issuer, served[issuer])) {
                tlb.insert(tag(issuer, served[issuer] % WINDOW), 0, 0);
                served[issuer]++;
                found++;
            }
        }
        assertEquals(taken, found, "port " + port + ": operations that came in turn, of those that came");
        return taken;
    }

    /** How many of an issuer's operations have come. */
    long served(int issuer) {
        return served[issuer];
    }

    /** Whether an operation has not come. */
    boolean holds(int issuer, long number) {
        return tlb.lookup(tag(issuer, number % WINDOW)) != Tlb.MISS;
    }

    private static long tag(int issuer, long page) {
        return TlbLevel.tag(issuer, page);
    }
}
