package dev.salvo.engine.ordering;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;

/**
 * Two cores that issue to each other through an interconnect with room for two operations, and the record of what each
 * has found. Operation <i>n</i> of issuer <i>i</i> invalidates page <i>n</i> of address space <i>i</i>; the TLBs hold
 * all of those pages, so what is missing from one has been served.
 */
final class Exchange {
    /** Nothing of the other core has been served. */
    static final int NOTHING_SERVED = 0;
    /** Something has, and what its issuer wrote before was there. */
    static final int WRITE_SEEN = 1;
    /** Something has, and what its issuer wrote before was not there. */
    static final int WRITE_MISSED = 2;

    private static final int CORES = 2;
    private static final int ATTEMPTS = 3;
    private static final int BEFORE = 1; // operations that moved the start off a lap's beginning

    private final Interconnect interconnect;
    private final Tlb[] tlbs = {Small.tlb(), Small.tlb()};
    private final int[] taken = new int[CORES];
    private final int[] issued = new int[CORES];

    /** What an issuer writes before each operation, by plain stores: it stands for the page-table store. */
    private final int[][] written = new int[CORES][ATTEMPTS];

    Exchange(Interconnect interconnect) {
        this.interconnect = interconnect;
        for (int core = 0; core < CORES; core++) {
            interconnect.join(core, tlbs[core]);
        }
        interconnect.issue(0, Tlbi.vmalle1is());
        for (int core = 0; core < CORES; core++) {
            taken[core] -= BEFORE;
            serve(core);
            for (int issuer = 0; issuer < CORES; issuer++) {
                for (int page = 0; page < ATTEMPTS; page++) {
                    tlbs[core].insert(TlbLevel.tag(issuer, page), 0, 0);
                }
            }
        }
    }

    /** What a core does: three times, write, try to issue, serve, and look at what the other wrote. */
    int run(int core) {
        int found = NOTHING_SERVED;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int next = issued[core];
            written[core][next] = 1;
            if (interconnect.issue(core, Tlbi.vale1is(core, next)) != Interconnect.FULL) {
                issued[core]++;
            }
            serve(core);
            found = Math.max(found, look(core, 1 - core));
        }
        return found;
    }

    private int look(int core, int other) {
        int found = NOTHING_SERVED;
        for (int page = 0; page < ATTEMPTS; page++) {
            if (tlbs[core].lookup(TlbLevel.tag(other, page)) == Tlb.MISS) {
                found = Math.max(found, written[other][page] == 1 ? WRITE_SEEN : WRITE_MISSED);
            }
        }
        return found;
    }

    /**
     * Finishes what was refused for want of room, serves all, and counts: 1 if each core was told exactly once of each
     * operation, 0 if one was lost, doubled or made up.
     */
    int eachOnce() {
        for (int core = 0; core < CORES; core++) {
            while (issued[core] < ATTEMPTS) {
                serveAll();
                if (interconnect.issue(core, Tlbi.vale1is(core, issued[core])) == Interconnect.FULL) {
                    return 0; // everything has been served: there is room
                }
                issued[core]++;
            }
        }
        serveAll();
        for (int core = 0; core < CORES; core++) {
            if (taken[core] != CORES * ATTEMPTS) {
                return 0;
            }
            for (int issuer = 0; issuer < CORES; issuer++) {
                for (int page = 0; page < ATTEMPTS; page++) {
                    if (tlbs[core].lookup(TlbLevel.tag(issuer, page)) != Tlb.MISS) {
                        return 0;
                    }
                }
            }
        }
        return 1;
    }

    private void serveAll() {
        for (int core = 0; core < CORES; core++) {
            for (int round = 0; round < ATTEMPTS; round++) {
                serve(core);
            }
        }
    }

    private void serve(int core) {
        taken[core] += interconnect.serve(core, tlbs[core]);
    }
}
