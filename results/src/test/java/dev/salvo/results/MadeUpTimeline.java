package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.results.Timeline.Carried;
import dev.salvo.results.Timeline.Lane;
import dev.salvo.results.Timeline.Pick;
import dev.salvo.results.Timeline.Span;
import dev.salvo.results.Timeline.Switches;
import dev.salvo.results.Timeline.Visit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A shootdown as two CPUs might carry it: each core of a CPU finds it a microsecond after the one before. */
final class MadeUpTimeline {
    private static final int TURN = 1000;
    private static final long FIRST = 700;

    private MadeUpTimeline() {
    }

    static Timeline of(int cores, int tlbis, String strategy) {
        long issued = (tlbis - 1) * 400L;
        long last = issued + 300 + (cores - 1) / 2 * TURN;
        Span dsb = new Span(issued + 50, last + 500);
        List<Lane> lanes = new ArrayList<>();
        for (int core = 0; core < cores; core++) {
            boolean sends = core == 0;
            long found = sends ? issued + 60 : issued + 250 + (core - 1) / 2 * TURN;
            List<Visit> visits = List.of(new Visit(new Span(-2000, -1900), FIRST - 1, 1),
                new Visit(new Span(found, found + 80), FIRST, tlbis));
            List<Span> off = sends ? List.of(new Span(issued + 150, dsb.to())) : List.of(new Span(-1900, found));
            lanes.add(new Lane(core, core % 2, sends ? issues(tlbis) : List.of(), sends ? List.of(dsb) : List.of(),
                visits, off, new Switches(400_000_000, 1, 1000 + core, 2_000_000)));
        }
        return new Timeline(point(cores, strategy), Pick.MEDIAN, 117, 2, 0, issues(tlbis), FIRST, FIRST + tlbis - 1,
            dsb, lanes, null);
    }

    /** The same as if another machine had been carried: its sender is not snooped. */
    static Timeline carried(int cores, int tlbis, String strategy) {
        Timeline hosts = of(cores, tlbis, strategy);
        List<Lane> lanes = new ArrayList<>();
        for (Lane lane : hosts.lanes()) {
            lanes.add(new Lane(lane.core(), lane.cpu(), lane.tlbis(), lane.dsbs(),
                lane.core() == 0 ? List.of() : lane.visits(), List.of(), lane.switches()));
        }
        return new Timeline(carriedPoint(hosts.point()), Pick.MEDIAN, 117, 2, 0,
            hosts.tlbis(), hosts.awaited(), hosts.awaited(), hosts.dsb(), lanes,
            new Carried("a-machine", 4000, 12.5, 1000, 3, 41));
    }

    private static Point carriedPoint(Point hosts) {
        Map<Axis, String> values = new EnumMap<>(hosts.values());
        values.put(Axis.CLOCK, "paced");
        values.put(Axis.PROFILE, "a-machine");
        return Point.at(values);
    }

    private static List<Long> issues(int tlbis) {
        return LongStream.range(0, tlbis).map(tlbi -> tlbi * 400).boxed().toList();
    }

    static Point point(int cores, String strategy) {
        return Point.of(Map.ofEntries(Map.entry("cores", Integer.toString(cores)), Map.entry("senders", "1"),
            Map.entry("mappings", "1"), Map.entry("strategy", strategy), Map.entry("interconnect", "ring"),
            Map.entry("load", "idle"), Map.entry("list", "256"), Map.entry("batch", "31"), Map.entry("pte", "clean"),
            Map.entry("placement", "compact")));
    }
}
