package dev.salvo.jmh;

import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.results.MachineTrace;
import dev.salvo.results.Timeline;
import dev.salvo.workloads.torture.Configuration;
import dev.salvo.workloads.torture.Torture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the cores of a tortured machine have recorded, as it is drawn. */
public final class TortureTrace {
    private TortureTrace() {
    }

    /**
     * Of a run's last machine.
     *
     * @param outcome of a run that was recorded
     * @return the machine; times count from the first that any core has kept
     */
    public static MachineTrace of(Torture.Outcome outcome) {
        Configuration configuration = outcome.configuration();
        List<Torture.Recorded> cores = outcome.recording();
        long origin = cores.stream().flatMap(core -> core.events().stream()).mapToLong(CoreEvent::from)
            .reduce((one, other) -> other - one < 0 ? other : one).orElse(0); // the host's clock may begin anywhere
        List<MachineTrace.Lane> lanes = new ArrayList<>();
        for (int core = 0; core < cores.size(); core++) {
            lanes.add(lane(core, cores.get(core), origin));
        }
        List<String> notes = new ArrayList<>();
        if (!outcome.clean()) {
            notes.add("Found: " + outcome.violation().lines().findFirst().orElse("") + '.');
        }
        notes.add("On " + configuration + '.');
        return new MachineTrace("Torture, seed " + configuration.seed() + ", " + configuration.cores() + " cores: "
            + (outcome.clean() ? "nothing found" : "a violation"), notes,
            (int) cores.stream().mapToInt(Torture.Recorded::cpu).distinct().count(),
            configuration.interconnect().countsEachIssuersOwn() ? 0 : MachineTrace.EVERYBODYS,
            new MachineTrace.End(outcome.stuck(), outcome.dead()), lanes);
    }

    private static MachineTrace.Lane lane(int core, Torture.Recorded recorded, long origin) {
        List<CoreEvent> events = recorded.events();
        return new MachineTrace.Lane(core, recorded.cpu(), recorded.ended(),
            of(events, CoreEvent.Kind.TLBI).map(event -> operation(event, origin)).toList(),
            of(events, CoreEvent.Kind.DSB).map(event -> operation(event, origin)).toList(),
            of(events, CoreEvent.Kind.SERVED)
                .map(event -> new Timeline.Visit(span(event, origin), event.sequence(), event.count())).toList(),
            of(events, CoreEvent.Kind.OFF_CPU).map(event -> span(event, origin)).toList(),
            of(events, CoreEvent.Kind.OFFLINE).map(event -> event.over() ? span(event, origin)
                : new Timeline.Span(event.from() - origin, MachineTrace.NEVER)).toList());
    }

    private static Stream<CoreEvent> of(List<CoreEvent> events, CoreEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind);
    }

    private static MachineTrace.Operation operation(CoreEvent event, long origin) {
        return new MachineTrace.Operation(span(event, origin), event.sequence(), event.over());
    }

    private static Timeline.Span span(CoreEvent event, long origin) {
        return new Timeline.Span(event.from() - origin, event.to() - origin);
    }
}
