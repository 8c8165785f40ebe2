package dev.salvo.results;

import dev.salvo.results.MachineTrace.Late;
import dev.salvo.results.MachineTrace.Operation;
import dev.salvo.results.MachineTrace.Shootdown;
import dev.salvo.results.Timeline.Span;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The end of a {@link MachineTrace}, or where something was wrong, as a static SVG: a lane for each core, time to the right.
 * Which part that is says {@link MachineTraceView}, and the picture itself below the lanes, where it also says what is wrong.
 * Red is what came too late, and what is not over because a core did not answer.
 */
public final class MachineTraceSvg {
    /** Of what is shown, before and after it. */
    private static final double AROUND = 0.04;
    private static final int LONGEST_TITLE = 100;
    private static final int LONGEST_NOTE = 400;

    private static final String LIGHT = """
        .op{stroke:#0a63b0} .op.ink{fill:#0a63b0;stroke:none} .bad{stroke:#cf222e} .bad.ink{fill:#cf222e;stroke:none}
        .bad.wait{stroke-width:2.4} .bad.dsb{fill-opacity:.3} .back{stroke-width:1.2}
        .away{stroke:#8b949e;stroke-dasharray:2 3}
        """;
    private static final String DARK = """
        .op{stroke:#63b3ff} .op.ink{fill:#63b3ff} .bad{stroke:#ff7b72} .bad.ink{fill:#ff7b72} .away{stroke:#6e7681}
        """;

    private final MachineTrace trace;
    private final MachineTraceView view;
    private final Shootdown shown;
    private final Span window;
    private final double right;
    private final LaneDrawing drawing;

    private MachineTraceSvg(MachineTrace trace) {
        this.trace = trace;
        view = new MachineTraceView(trace);
        shown = view.shown();
        window = view.window();
        double length = Math.max(1, window.to() - window.from());
        right = (1 + AROUND) * length;
        drawing = new LaneDrawing(trace.lanes().size(), -AROUND * length, right);
    }

    /**
     * Draws it.
     *
     * @param trace   the machine
     * @param host    the name of the host
     * @param command the command that recorded it
     * @return an SVG document
     */
    public static String of(MachineTrace trace, String host, String command) {
        return new MachineTraceSvg(trace).draw(host, command);
    }

    private String draw(String host, String command) {
        String title = Text.oneLine(trace.title(), LONGEST_TITLE);
        drawing.head(title, host, command, trace.notes().stream().map(note -> Text.oneLine(note, LONGEST_NOTE)).toList());
        legend();
        drawing.axis();
        labels();
        trace.lanes().forEach(this::below);
        Set<Operation> early = view.early();
        trace.lanes().forEach(lane -> operations(lane, early));
        if (shown != null) {
            shown();
        }
        return drawing.document(title, view.words(), LIGHT, DARK);
    }

    private void legend() {
        drawing.samples();
        drawing.sample(0, "off", LaneDrawing.box(), "no CPU");
        drawing.sample(1, "tlbi op", "m13 -12v14", "TLBI issued");
        drawing.sample(2, "wait op", "m1 -5h24", "not yet taken");
        drawing.samples();
        drawing.sample(0, "dsb ink op", LaneDrawing.box(), "DSB waits");
        drawing.sample(1, "ink op", "m13 -5" + LaneDrawing.dot(3.4), "taken from the port");
        drawing.sample(2, "away", LaneDrawing.box(), "offline");
        if (view.isBad()) {
            drawing.samples();
            drawing.sample(0, "dsb ink bad", LaneDrawing.box(), "early, or not over");
            drawing.sample(1, "ink bad", "m13 -5" + LaneDrawing.dot(3.4), "taken too late");
            drawing.sample(2, "wait bad", "m1 -5h24", "not taken in time");
        }
    }

    private void labels() {
        if (shown != null) {
            drawing.label(shown.core(), shown.dsb().over() ? " sends" : " waits");
            shown.late().stream().filter(late -> late.core() != shown.core())
                .forEach(late -> drawing.label(late.core(), " late"));
        }
        if (trace.end().dead() != MachineTrace.End.NOBODY) {
            drawing.label(trace.end().dead(), " died");
        }
        drawing.labels();
    }

    /** What everything else lies on. */
    private void below(MachineTrace.Lane lane) {
        StringBuilder off = new StringBuilder();
        lane.offCpu().forEach(span -> off.append(bar(span, lane, 0.8, 0)));
        drawing.shape("off", off, "");
        StringBuilder away = new StringBuilder();
        lane.offline().forEach(span -> away.append(bar(span, lane, 0.8, 0)));
        drawing.shape("away", away, "");
    }

    private void operations(MachineTrace.Lane lane, Set<Operation> early) {
        StringBuilder good = new StringBuilder();
        StringBuilder bad = new StringBuilder();
        for (Operation dsb : lane.dsbs()) {
            ((dsb.over() ? early.contains(dsb) : trace.end().stuck()) ? bad : good).append(bar(dsb.when(), lane, 0.96, 1));
        }
        StringBuilder tlbis = new StringBuilder();
        for (Operation tlbi : lane.tlbis()) {
            if (!tlbi.over()) {
                (trace.end().stuck() ? bad : good).append(bar(tlbi.when(), lane, 0.96, 1));
            }
            if (isWithin(tlbi.when().from())) {
                tlbis.append(drawing.tick(time(tlbi.when().from()), lane.core()));
            }
        }
        drawing.shape("dsb ink op", good, "");
        drawing.shape("dsb ink bad", bad, "");
        drawing.shape("tlbi op", tlbis, "");
        StringBuilder visits = new StringBuilder();
        lane.visits().forEach(visit -> visits.append(bar(visit.when(), lane, 0.5, 1)));
        drawing.shape("ink op", visits, "");
    }

    /** The one that all is about: from its TLBI to each core that took it, and its return. */
    private void shown() {
        boolean early = shown.isEarly();
        if (shown.tlbi() != null) {
            drawing.line("out op", time(shown.tlbi().when().from()));
        }
        if (shown.dsb().over()) {
            drawing.line("back " + (early ? "bad" : "op"), time(shown.end()));
        }
        List<Integer> late = shown.late().stream().map(Late::core).toList();
        for (MachineTrace.Lane lane : trace.lanes()) {
            boolean isLate = late.contains(lane.core());
            OptionalLong taken = trace.taken(shown, lane);
            if (shown.tlbi() == null || !isLate && taken.isEmpty()) {
                continue;
            }
            double issued = time(shown.tlbi().when().from());
            double found = taken.isPresent() ? Math.max(issued, time(taken.getAsLong())) : right;
            double inTime = !isLate ? found : early ? time(shown.end()) : issued;
            drawing.shape("wait op", drawing.along(issued, inTime, lane.core()), "");
            if (isLate) {
                drawing.shape("wait bad", drawing.along(inTime, found, lane.core()), tip(lane, taken));
            }
            if (taken.isPresent() && found <= right) {
                drawing.shape("ink " + (isLate ? "bad" : "op"), drawing.dot(found, lane.core()), tip(lane, taken));
            }
        }
    }

    private String tip(MachineTrace.Lane lane, OptionalLong taken) {
        String who = Timeline.name(lane.core()) + " (CPU " + lane.cpu() + "): ";
        if (taken.isEmpty()) {
            return who + (shown.dsb().over() ? "never took the TLBI" : "had not taken the TLBI when the machine stopped");
        }
        long at = taken.getAsLong();
        return who + (shown.dsb().over() && at > shown.end()
            ? "took the TLBI " + Figures.time(at - shown.end()) + " after the DSB had returned"
            : "took the TLBI by " + Figures.time(Math.max(0, at - shown.tlbi().when().from())) + " after its issue");
    }

    private boolean isWithin(long at) {
        return time(at) >= -AROUND * (window.to() - window.from()) && time(at) <= right;
    }

    private double time(long at) {
        return at - window.from();
    }

    private String bar(Span span, MachineTrace.Lane lane, double share, double least) {
        return drawing.bar(new Span(span.from() - window.from(), span.to() - window.from()), lane.core(), share, least, right);
    }
}
