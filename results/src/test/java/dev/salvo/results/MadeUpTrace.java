package dev.salvo.results;

import dev.salvo.results.MachineTrace.Lane;
import dev.salvo.results.MachineTrace.Operation;
import dev.salvo.results.Timeline.Span;
import dev.salvo.results.Timeline.Visit;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine on which core 0 shoots every 10 µs and all others take it within 2 µs, two at a time; and of whose last shootdown
 * something may be wrong.
 */
final class MadeUpTrace {
    static final long PERIOD = 10_000;
    static final long LATE = 12_000;

    /** What is wrong. */
    enum Wrong { NOTHING, EARLY, NEVER_TAKEN, NOT_OVER, NO_ROOM }

    private MadeUpTrace() {
    }

    static MachineTrace of(int cores, int shootdowns, Wrong wrong) {
        return of(cores, shootdowns, wrong, MachineTrace.EVERYBODYS, List.of());
    }

    /** What was not over when another core died: what is not over is so because everybody was told to stop. */
    static MachineTrace cutShort(int cores, int shootdowns, Wrong wrong, int dead) {
        MachineTrace stuck = of(cores, shootdowns, wrong);
        return new MachineTrace(stuck.title(), stuck.notes(), stuck.hostCpus(), stuck.counted(),
            new MachineTrace.End(false, dead), stuck.lanes());
    }

    /** The last core, of which something is wrong, is offline at some times besides. */
    static MachineTrace of(int cores, int shootdowns, Wrong wrong, int counted, List<Span> offline) {
        List<Lane> lanes = new ArrayList<>();
        for (int core = 0; core < cores; core++) {
            boolean culprit = core == cores - 1;
            List<Operation> tlbis = new ArrayList<>();
            List<Operation> dsbs = new ArrayList<>();
            List<Visit> visits = new ArrayList<>();
            List<Span> off = new ArrayList<>();
            for (int i = 1; i <= shootdowns; i++) {
                long at = i * PERIOD;
                boolean last = i == shootdowns && wrong != Wrong.NOTHING;
                if (core == 0) {
                    boolean noRoom = last && wrong == Wrong.NO_ROOM;
                    tlbis.add(new Operation(new Span(at, noRoom ? at + 5_000_000 : at), noRoom ? 0 : i, !noRoom));
                    if (!noRoom) {
                        boolean over = !(last && wrong == Wrong.NOT_OVER);
                        dsbs.add(new Operation(new Span(at + 100, over ? at + 3000 : at + 5_000_000), i, over));
                    }
                }
                if (last && (wrong == Wrong.NO_ROOM || culprit && wrong != Wrong.EARLY)) {
                    continue;
                }
                long found = at + (last && culprit ? 3000 + LATE : 200 + core % 2 * 1500);
                off.add(new Span(found - 90, found - 50));
                visits.add(new Visit(new Span(found, found + 80), i, 1));
            }
            List<Span> away = new ArrayList<>(List.of(new Span(0, 50)));
            away.addAll(culprit ? offline : List.of());
            away.add(new Span(shootdowns * PERIOD + 6_000_000, MachineTrace.NEVER));
            lanes.add(new Lane(core, core % 2, true, tlbis, dsbs, visits, off, away));
        }
        MachineTrace.End end = wrong == Wrong.NOT_OVER || wrong == Wrong.NO_ROOM ? MachineTrace.End.STUCK
            : MachineTrace.End.IN_ORDER;
        return new MachineTrace("Torture, seed 5, " + cores + " cores: a violation",
            List.of("Found: something that must not be.", "On a machine of which much is to be said, so that it fills more "
                + "than one line, and this has more to it, too."), 2, counted, end, lanes);
    }
}
