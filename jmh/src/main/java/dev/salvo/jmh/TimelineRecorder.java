package dev.salvo.jmh;

import dev.salvo.engine.Machine;
import dev.salvo.engine.host.SchedStat;
import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.results.Timeline;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Runs a point on cores that record what they do, in this process, and picks one shootdown of its first sender. What
 * cores keep are their last events, so the recording is of the end of the run, when the compiler has done its work.
 *
 * <p>On a paced clock all shootdowns are recorded, since a look at the clock is nothing there, and their times are divided by
 * the dilation. What is awaited then is a place among the operations that the Misc Node has distributed, and a TLBI's number is
 * not one: only the two that are of one kind are compared.
 */
public final class TimelineRecorder {
    /** Before switches are counted, and while they are. */
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    private static final long COUNTED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** The core whose thread is this one's: the first sender, unless it has to watch the time. */
    private static final int OWN = 0;
    /** Of a hundred waits of cores on a paced clock, one ended later. */
    private static final double LATEST_PERCENT = 99;

    /** A shootdown's own time shown before its first TLBI, and after its DSB: one part of so many. */
    private static final int SHOWN_AROUND = 6;

    private final ExperimentSpec spec;
    private final Timeline.Pick pick;
    private final Machine machine;
    private final int sender;
    private final double dilation;
    /** The machine's time when what is recorded began. */
    private long since;
    private final List<List<CoreEvent>> events = new ArrayList<>();
    private final List<Timeline.Switches> switches = new ArrayList<>();

    /** Each core's visits to its port, by the sequence of the first operation that it took there. */
    private final List<TreeMap<Long, CoreEvent>> visits = new ArrayList<>();

    /** One DSB, with the TLBIs that it waited for. */
    private record Shootdown(List<CoreEvent> tlbis, CoreEvent dsb) {
        long from() {
            return tlbis.get(0).from();
        }

        long nanos() {
            return dsb.to() - from();
        }
    }

    /**
     * What was recorded.
     *
     * @param timeline  the shootdown picked; none if nothing was broadcast
     * @param staleUses accesses through a stale translation, which must be 0
     */
    public record Recorded(Optional<Timeline> timeline, long staleUses) {
    }

    private TimelineRecorder(ExperimentSpec spec, Timeline.Pick pick, Experiment experiment) {
        this.spec = spec;
        this.pick = pick;
        machine = experiment.machine();
        sender = experiment.firstSender();
        dilation = spec.pacing().dilation();
    }

    /**
     * Records a point. Takes more than a second.
     *
     * @param spec a point; on a paced clock at its dilation
     * @param pick which of its shootdowns
     * @return what was recorded
     * @throws dev.salvo.engine.MachineFailedException if a core has died
     * @throws dev.salvo.engine.CoreStuckException     if one does not answer
     */
    public static Recorded record(ExperimentSpec spec, Timeline.Pick pick) {
        boolean paced = spec.pacing().isPaced();
        try (Experiment experiment = new Experiment(spec,
                 paced ? Experiment.Measure.RECORDED_EACH : Experiment.Measure.RECORDED, sender -> nanos -> { })) {
            TimelineRecorder recorder = new TimelineRecorder(spec, pick, experiment);
            experiment.start();
            if (!paced) { // else it has warmed up, as long as it takes
                operate(experiment, WARM_UP_NANOS);
            }
            List<SchedStat> before = recorder.stats();
            long start = System.nanoTime();
            recorder.since = recorder.machine.core(OWN).time();
            if (paced) {
                experiment.window();
            } else {
                operate(experiment, COUNTED_NANOS);
            }
            experiment.machine().stopRecording(); // what follows takes long, and would be all that idle cores keep
            long nanos = System.nanoTime() - start;
            List<SchedStat> after = recorder.stats();
            Experiment.Outcome outcome = experiment.finish();
            for (int core = 0; core < spec.cores(); core++) {
                SchedStat counted = after.get(core).minus(before.get(core));
                recorder.switches.add(new Timeline.Switches(nanos, counted.voluntarySwitches(),
                    counted.involuntarySwitches(), counted.runDelayNanos()));
            }
            return new Recorded(recorder.timeline(paced ? recorder.carried(outcome.paced()) : null), outcome.staleUses());
        }
    }

    private static void operate(Experiment experiment, long nanos) {
        for (long begun = System.nanoTime(); System.nanoTime() - begun < nanos; ) {
            experiment.operation();
        }
    }

    private List<SchedStat> stats() {
        List<SchedStat> stats = new ArrayList<>();
        for (int core = 0; core < spec.cores(); core++) {
            machine.core(OWN).serve(); // which is this thread's, and must not be late meanwhile
            stats.add(SchedStat.read(machine.core(core).hostThreadId()));
        }
        return stats;
    }

    private Timeline.Carried carried(Experiment.Paced paced) {
        Histogram late = paced.overruns();
        return new Timeline.Carried(spec.pacing().name(), dilation, paced.slipNanos(), late.getTotalCount(),
            late.getValueAtPercentile(50) / dilation, late.getValueAtPercentile(LATEST_PERCENT) / dilation);
    }

    private Optional<Timeline> timeline(Timeline.Carried carried) {
        if (carried != null && spec.cores() == 1) {
            return Optional.empty(); // it has sent to nobody
        }
        for (int core = 0; core < spec.cores(); core++) {
            events.add(machine.recorded(core));
            TreeMap<Long, CoreEvent> bySequence = new TreeMap<>();
            of(events.get(core), CoreEvent.Kind.SERVED).filter(event -> event.count() > 0)
                .forEach(event -> bySequence.put(event.sequence(), event));
            visits.add(bySequence);
        }
        List<Shootdown> whole = shootdowns().stream().filter(this::isWhole)
            .sorted(Comparator.comparingLong(Shootdown::nanos)).toList();
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(timeline(switch (pick) {
            case MEDIAN -> whole.get((whole.size() - 1) / 2);
            case SLOWEST -> whole.get(whole.size() - 1);
        }, whole.size(), carried));
    }

    /** The first sender's that were to be recorded, but for those of whose TLBIs some may be lost. */
    private List<Shootdown> shootdowns() {
        List<Shootdown> shootdowns = new ArrayList<>();
        List<CoreEvent> tlbis = new ArrayList<>();
        boolean allKept = false;
        for (CoreEvent event : events.get(sender)) {
            if (event.kind() == CoreEvent.Kind.TLBI) {
                tlbis.add(event);
            } else if (event.kind() == CoreEvent.Kind.DSB) {
                if (allKept && event.count() == 1 && !tlbis.isEmpty()) { // until a paced clock runs all may be one moment
                    shootdowns.add(new Shootdown(List.copyOf(tlbis), event));
                }
                allKept = true; // all that come after a DSB that is kept
                tlbis.clear();
            }
        }
        return shootdowns;
    }

    /**
     * Whether every core still has what it did from the first TLBI on: something from before is kept, and so all since. The
     * sender of a carried machine is not snooped; and until its clock ran, nothing took it any time.
     */
    private boolean isWhole(Shootdown shootdown) {
        if (spec.pacing().isPaced() && shootdown.from() < since) {
            return false;
        }
        for (int core = 0; core < spec.cores(); core++) {
            boolean kept = spec.pacing().isPaced()
                ? events.get(core).stream().anyMatch(event -> isWritten(event) && event.to() <= shootdown.from())
                : visits.get(core).lowerKey(shootdown.tlbis().get(0).sequence()) != null;
            boolean snooped = core != sender || !spec.pacing().isPaced();
            if (!kept || snooped && !takes(visits.get(core), shootdown.dsb().sequence())) {
                return false;
            }
        }
        return true;
    }

    /** Whether an event's end is when it was written, so that all that was written after it is kept, too. */
    private static boolean isWritten(CoreEvent event) {
        return event.over() && event.kind() != CoreEvent.Kind.TLBI;
    }

    private static boolean takes(TreeMap<Long, CoreEvent> visits, long sequence) {
        Map.Entry<Long, CoreEvent> visit = visits.floorEntry(sequence);
        return visit != null && sequence < visit.getKey() + visit.getValue().count();
    }

    private Timeline timeline(Shootdown shootdown, int recorded, Timeline.Carried carried) {
        long origin = shootdown.from();
        long begin = origin - shootdown.nanos() / SHOWN_AROUND;
        long end = shootdown.dsb().to() + shootdown.nanos() / SHOWN_AROUND;
        List<Timeline.Lane> lanes = new ArrayList<>();
        for (int core = 0; core < spec.cores(); core++) {
            List<CoreEvent> shown = events.get(core).stream()
                .filter(event -> event.to() >= begin && event.from() <= end).toList();
            lanes.add(new Timeline.Lane(core, machine.placement().cpuOf(core),
                of(shown, CoreEvent.Kind.TLBI).map(event -> time(event.from(), origin)).toList(),
                of(shown, CoreEvent.Kind.DSB).map(event -> span(event, origin)).toList(),
                of(shown, CoreEvent.Kind.SERVED)
                    .map(event -> new Timeline.Visit(span(event, origin), event.sequence(), event.count())).toList(),
                of(shown, CoreEvent.Kind.OFF_CPU).map(event -> span(event, origin)).toList(), switches.get(core)));
        }
        return new Timeline(spec.point(), pick, recorded, machine.placement().cpus(), sender,
            shootdown.tlbis().stream().map(tlbi -> time(tlbi.from(), origin)).toList(),
            carried == null ? shootdown.tlbis().get(0).sequence() : shootdown.dsb().sequence(), shootdown.dsb().sequence(),
            span(shootdown.dsb(), origin), lanes, carried);
    }

    private static Stream<CoreEvent> of(List<CoreEvent> events, CoreEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind);
    }

    private Timeline.Span span(CoreEvent event, long origin) {
        return new Timeline.Span(time(event.from(), origin), time(event.to(), origin));
    }

    private long time(long at, long origin) {
        return Math.round((at - origin) / dilation);
    }
}
