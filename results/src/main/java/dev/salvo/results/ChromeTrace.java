package dev.salvo.results;

import dev.salvo.point.Point;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@link Timeline}, or a {@link MachineTrace}, in Chrome's trace event format, which Perfetto (ui.perfetto.dev) and
 * chrome://tracing open: the machine is the process, each core a thread.
 *
 * <p>Of a timeline. Slices: the shootdown and within it the DSB, visits to the port, and time without a CPU; instants:
 * TLBIs; arrows: from the TLBI that is waited for to each core that found it, and from there into the DSB when the core
 * had acknowledged. Of a carried machine what is found and acknowledged is the Sync, and from the DSB's beginning its arrows go;
 * a visit to the port may be one in which nothing is invalidated.
 *
 * <p>Of a machine everything that its cores have kept, time offline, too; an instant where a DSB returned before some
 * core had taken its TLBI. What is not over, or was cut short, says so, and ends where the core was last seen in it.
 */
public final class ChromeTrace {
    private final TraceEvents events = new TraceEvents();
    private int arrows;

    private ChromeTrace() {
    }

    /**
     * Writes a timeline.
     *
     * @param timeline the shootdown
     * @param host     the name of the host
     * @param command  the command that recorded it
     * @return a JSON document
     */
    public static String of(Timeline timeline, String host, String command) {
        return new ChromeTrace().write(timeline, host, command);
    }

    /**
     * Writes what the cores of a machine have kept. Takes some seconds if that is a million events.
     *
     * @param trace   the machine
     * @param host    the name of the host
     * @param command the command that recorded it
     * @return a JSON document
     */
    public static String of(MachineTrace trace, String host, String command) {
        return new ChromeTrace().write(trace, host, command);
    }

    private String write(Timeline timeline, String host, String command) {
        ObjectNode about = Json.MAPPER.createObjectNode();
        about.put("host", host).put("command", command).put("cores", timeline.lanes().size())
            .put("strategy", Point.word(timeline.point().strategy())).put("picked", Point.word(timeline.picked()))
            .put("recorded", timeline.recorded());
        String machine = "";
        if (timeline.carried() != null) {
            machine = ", emulated time of " + timeline.carried().profile();
            about.put("emulated", timeline.carried().profile()).put("dilation", timeline.carried().dilation())
                .put("slipNs", timeline.carried().slip()).put("lateMedianNs", timeline.carried().late());
        }
        // What an arrow begins or ends in must be a slice: this one holds the TLBIs.
        events.slice("shootdown, " + timeline.tlbis().size() + (timeline.tlbis().size() == 1 ? " TLBI" : " TLBIs"),
            timeline.sender(), 0, timeline.dsb().to());
        timeline.lanes().forEach(lane -> lane(timeline, lane));
        timeline.takers().stream().filter(lane -> lane.core() != timeline.sender()).forEach(lane -> arrows(timeline, lane));
        return Json.pretty(events.document("salvo, " + Point.word(timeline.point().strategy()) + ", "
            + cores(timeline.lanes().size()) + machine, timeline.lanes().size(), about));
    }

    private static String cores(int cores) {
        return cores + (cores == 1 ? " core" : " cores");
    }

    private void lane(Timeline timeline, Timeline.Lane lane) {
        for (long tlbi : lane.tlbis()) {
            events.instant("tlbi", lane.core(), tlbi);
        }
        for (Timeline.Span dsb : lane.dsbs()) {
            events.slice("dsb(ish)", lane.core(), dsb.from(), dsb.to());
        }
        lane.offCpu().forEach(off -> offCpu(off, lane.core(), lane.cpu()));
        for (Timeline.Visit visit : lane.visits()) {
            boolean awaited = visit.takes(timeline.awaited());
            boolean hosts = timeline.carried() == null;
            visit(hosts ? "invalidate" : "visit to the port", visit, lane.core(),
                awaited ? timeline.acknowledged(lane) : visit.when().to());
            if (awaited) {
                events.instant(hosts ? "acknowledged" : "Sync acknowledged", lane.core(), timeline.acknowledged(lane));
            }
        }
    }

    private void offCpu(Timeline.Span off, int core, int cpu) {
        events.slice("off CPU", core, off.from(), off.to()).putObject("args").put("cpu", cpu);
    }

    private void visit(String name, Timeline.Visit visit, int core, long to) {
        ObjectNode about = events.slice(name, core, visit.when().from(), to).putObject("args");
        if (visit.count() > 0) {
            about.put("first sequence", visit.first()).put("operations", visit.count());
        }
    }

    /** To the core and back: three ends of one arrow. */
    private void arrows(Timeline timeline, Timeline.Lane lane) {
        String name = (timeline.carried() == null ? "broadcast" : "Sync") + " and acknowledgement";
        int arrow = ++arrows;
        events.arrow("s", name, arrow, timeline.sender(), timeline.sent());
        events.arrow("t", name, arrow, lane.core(), timeline.found(lane));
        // Into the DSB, which ends with the last of them.
        long into = Math.max(timeline.dsb().from(), Math.min(timeline.acknowledged(lane), timeline.dsb().to() - 1));
        events.arrow("f", name, arrow, timeline.sender(), into);
    }

    private String write(MachineTrace trace, String host, String command) {
        ObjectNode about = Json.MAPPER.createObjectNode();
        about.put("host", host).put("command", command).put("cores", trace.lanes().size()).put("machine", trace.title());
        trace.notes().forEach(about.putArray("notes")::add);
        trace.lanes().forEach(lane -> lane(trace, lane));
        for (MachineTrace.Shootdown shootdown : trace.shootdowns()) {
            if (shootdown.isEarly()) {
                events.instant("returned early", shootdown.core(), shootdown.dsb().when().to())
                    .putObject("args").put("sequence", shootdown.dsb().sequence())
                    .put("not yet taken by", MachineTrace.names(
                        shootdown.late().stream().map(MachineTrace.Late::core).toList()));
            }
        }
        return Json.MAPPER.writeValueAsString(events.document("salvo, " + trace.title(), trace.lanes().size(), about)) + '\n';
    }

    private void lane(MachineTrace trace, MachineTrace.Lane lane) {
        String without = trace.end().stuck() ? ", not over" : ", cut short";
        for (MachineTrace.Operation tlbi : lane.tlbis()) {
            if (tlbi.over()) {
                events.instant("tlbi", lane.core(), tlbi.when().from()).putObject("args").put("sequence", tlbi.sequence());
            } else {
                events.slice("tlbi" + without, lane.core(), tlbi.when().from(), tlbi.when().to());
            }
        }
        for (MachineTrace.Operation dsb : lane.dsbs()) {
            events.slice(dsb.over() ? "dsb(ish)" : "dsb(ish)" + without, lane.core(), dsb.when().from(), dsb.when().to())
                .putObject("args").put("sequence", dsb.sequence());
        }
        lane.offCpu().forEach(off -> offCpu(off, lane.core(), lane.cpu()));
        lane.visits().forEach(visit -> visit("invalidate", visit, lane.core(), visit.when().to()));
        long end = lane.notOver().mapToLong(operation -> operation.when().to()).min().orElse(trace.last());
        for (Timeline.Span off : lane.offline()) {
            events.slice("offline", lane.core(), off.from(),
                off.to() == MachineTrace.NEVER ? Math.max(off.from(), end) : off.to());
        }
    }
}
