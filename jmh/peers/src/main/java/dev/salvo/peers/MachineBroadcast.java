package dev.salvo.peers;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.results.PeerRow.Work;

/**
 * Ours: the machine as it ships, {@link Core#tlbi} and {@link Core#dsb} as every program on it uses them, with all that
 * they check. Each seat's thread adopts the core of its number, and keeps it until the process ends, with those of
 * other machines: a machine waits for a core only while its own turn is on. A core that does not send waits in
 * {@link Core#relax}, for nobody in particular.
 *
 * <p>Every core's TLB is its own and is filled by loads, before a turn; after it loads tell which pages it has
 * forgotten. Without work its TLB has one entry: a core cannot take a TLBI without looking into its TLB.
 */
final class MachineBroadcast extends Broadcast {
    private static final int FRAME = PhysicalMemory.frame(0, 0);

    private final Machine machine;
    private final Core[] cores;
    private final long[] servedBefore;
    private final int[] firstHeld;

    /** Makes the machine. Its spec is of no more than the crew's cores, and has the crew's placement. */
    MachineBroadcast(MachineSpec spec, Work work) {
        int count = spec.cores();
        machine = new Machine(spec.adopted(count).frames(core -> core == 0 ? 1 : 0)
            .tlb(work == Work.TLB ? Seat.GEOMETRY : Seat.ONE_ENTRY));
        cores = new Core[count];
        servedBefore = new long[count];
        firstHeld = new int[count];
    }

    @Override
    void join(Seat seat) {
        cores[seat.core] = machine.adopt(seat.core);
        if (seat.core == 0) { // whose memory the frame is
            machine.memory().nextGeneration(FRAME);
            PageTable table = new PageTable();
            for (int page = 0; page < Seat.GEOMETRY.l2Entries(); page++) {
                table.set(page, Pte.writableClean(FRAME));
            }
            machine.translationTable(Seat.ASID, table);
        }
    }

    @Override
    void prepare(Seat seat) {
        Core core = cores[seat.core];
        servedBefore[seat.core] = core.counts().served();
        core.tlbiLocal(Tlbi.vmalle1is());
        for (int page = 0; seat.works() && page < Seat.GEOMETRY.l2Entries(); page++) {
            core.load(Seat.ASID, (long) page << PageTable.PAGE_SHIFT);
        }
    }

    @Override
    void send(Seat seat, int batches) {
        Core core = cores[seat.core];
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            for (int k = 0; k < batch; k++) {
                core.tlbi(seat.next());
            }
            core.dsb();
        }
    }

    @Override
    void receive(Seat seat) {
        Core core = cores[seat.core];
        while (!seat.turn.over()) {
            core.relax(-1);
        }
        core.waited();
        seat.took(core.counts().served() - servedBefore[seat.core]);
        firstHeld[seat.core] = seat.works() ? firstHeld(core) : Seat.PAGES;
    }

    @Override
    int firstHeldPage(Seat seat) {
        return firstHeld[seat.core];
    }

    private static int firstHeld(Core core) {
        int page = 0;
        long misses = core.counts().tlbMisses();
        while (page < Seat.PAGES) {
            core.load(Seat.ASID, (long) page << PageTable.PAGE_SHIFT);
            long now = core.counts().tlbMisses();
            if (now == misses) {
                return page;
            }
            misses = now;
            page++;
        }
        return page;
    }
}
