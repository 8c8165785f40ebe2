package dev.salvo.peers;

import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.jmh.PeersPlan;
import dev.salvo.results.Contender;
import dev.salvo.results.PeerRow;
import dev.salvo.results.PeerRow.Work;
import dev.salvo.results.PeersRun;
import dev.salvo.results.PeersRun.Figure;
import dev.salvo.results.PeersRun.Limit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A comparison: for each number of cores a crew, and on it round after round every contender at every point, one after
 * the other, before each point the limits. The first round warms up and does not count.
 */
final class Comparison {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int INVALIDATION = 0;
    private static final int PING_PONG = 1;
    private static final int TURN = 2;
    private static final int ONE_LINE = 3;
    private static final int LIMITS = 4;
    private static final int SHARE_OF_A_LIMIT = 4; // of a turn's length

    private final PeersPlan plan;
    private final long turnNanos;
    private final Consumer<String> step;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Limit> limits = new ArrayList<>();
    private final List<PeerRow> rows = new ArrayList<>();
    private final List<Double> invalidations = new ArrayList<>();

    private record Key(Turn.Point point, Contender contender) {
    }

    /** What a contender is made for. */
    private record Size(Contender contender, Turn.Point point) {
    }

    private Comparison(PeersPlan plan, Consumer<String> step) {
        this.plan = plan;
        this.step = step;
        turnNanos = TimeUnit.MILLISECONDS.toNanos(plan.turnMillis());
        for (Contender contender : plan.contenders()) {
            Optional<String> unavailable = switch (contender) {
                case HANDSHAKE -> HandshakeBroadcast.unavailable();
                case MEMBARRIER -> MembarrierBroadcast.unavailable();
                default -> Optional.empty();
            };
            unavailable.ifPresentOrElse(notes::add, () -> contenders.add(contender));
        }
    }

    /**
     * Measures.
     *
     * @param plan what
     * @param step told before every turn what it is
     * @return the figures
     * @throws UndeliveredException if a contender did not deliver
     */
    static PeersRun of(PeersPlan plan, Consumer<String> step) {
        return new Comparison(plan, step).measure();
    }

    private PeersRun measure() {
        HostTopology host = HostTopology.read();
        for (int cores : plan.cores()) {
            Placement placement = Placement.of(host, plan.placement(), cores);
            try (Crew crew = new Crew(placement, PATIENCE_NANOS)) {
                measure(crew, placement);
            }
        }
        return new PeersRun(limits, figure(invalidations.stream().mapToDouble(ns -> ns).toArray()), rows, notes);
    }

    private void measure(Crew crew, Placement placement) {
        Map<Key, double[]> samples = new LinkedHashMap<>();
        Map<Key, double[]> ratios = new LinkedHashMap<>();
        Map<Size, Broadcast> broadcasts = new LinkedHashMap<>();
        List<List<Double>> limitSamples = Stream.generate(() -> (List<Double>) new ArrayList<Double>()).limit(LIMITS)
            .toList();
        List<Key> keys = keys(placement.cores());
        boolean onePerCpu = placement.cpus() > 1;
        for (int round = -1; round < plan.rounds(); round++) { // -1 warms up
            Turn.Point last = null;
            double limit = 0;
            for (Key key : keys) {
                Turn.Point point = key.point();
                if (!point.equals(last)) { // before every point: hosts move their CPUs about, and apart
                    double[] found = limits(crew, onePerCpu);
                    limit = found[placement.oversubscribed() ? TURN : PING_PONG];
                    for (int i = 0; i < LIMITS && round >= 0; i++) {
                        limitSamples.get(i).add(found[i]);
                    }
                    last = point;
                }
                step.accept(placement.cores() + " cores, " + key.contender().word());
                Broadcast broadcast = broadcasts.computeIfAbsent(sizeFor(key), size -> seated(crew, placement, size));
                double ns = take(crew, new Turn(broadcast, point, turnNanos), key);
                if (round >= 0) {
                    samples.computeIfAbsent(key, first -> new double[plan.rounds()])[round] = ns;
                    ratios.computeIfAbsent(key, first -> new double[plan.rounds()])[round] = ns / limit;
                }
            }
        }
        List<Figure> figures = limitSamples.stream()
            .map(found -> figure(found.stream().mapToDouble(ns -> ns).toArray())).toList();
        limits.add(new Limit(placement.cores(), placement.cpus(), onePerCpu ? figures.get(PING_PONG) : null,
            onePerCpu ? figures.get(ONE_LINE) : null, figures.get(TURN)));
        invalidations.addAll(limitSamples.get(INVALIDATION));
        samples.forEach((key, values) -> rows.add(row(placement.cores(), key, figure(values),
            figure(ratios.get(key)).ns())));
    }

    private double[] limits(Crew crew, boolean onePerCpu) {
        long nanos = turnNanos / SHARE_OF_A_LIMIT;
        double[] found = new double[LIMITS];
        found[INVALIDATION] = Limits.invalidation(crew, nanos);
        found[PING_PONG] = onePerCpu ? Limits.pingPong(crew, nanos) : Double.NaN;
        found[ONE_LINE] = onePerCpu ? Limits.pingPongOnOneLine(crew, nanos) : Double.NaN;
        found[TURN] = Limits.turn(crew, nanos);
        return found;
    }

    /** Whose turn it is, round after round. */
    private List<Key> keys(int cores) {
        List<Key> keys = new ArrayList<>();
        for (int senders : plan.sendersAt(cores)) {
            for (int batch : plan.batches()) {
                for (Work work : plan.works()) {
                    for (Contender contender : contenders) {
                        if (PeersPlan.applies(contender, work)) {
                            keys.add(new Key(new Turn.Point(senders, batch, work), contender));
                        }
                    }
                }
            }
        }
        return keys;
    }

    /** Ours have room for all points; peers are made for what can be under way at one. */
    private static Size sizeFor(Key key) {
        Turn.Point point = key.point();
        return new Size(key.contender(), key.contender().product() ? new Turn.Point(0, 0, point.work())
            : new Turn.Point(point.senders(), point.batch(), Work.NULL));
    }

    private static Broadcast seated(Crew crew, Placement placement, Size size) {
        Broadcast broadcast = make(size, placement);
        crew.run(seat -> { }, broadcast::join);
        return broadcast;
    }

    private static Broadcast make(Size size, Placement placement) {
        int cores = placement.cores();
        int mostUnderWay = size.point().senders() * size.point().batch();
        MachineSpec machine = MachineSpec.of(cores).placement(placement.policy());
        Work work = size.point().work();
        return switch (size.contender()) {
            case RING -> new MachineBroadcast(machine, work);
            case INBOXES -> new MachineBroadcast(machine.interconnect(InterconnectKind.INBOXES), work);
            case RING_SLEEP -> new MachineBroadcast(machine.dsbSleeps(true), work);
            case DISRUPTOR -> new DisruptorBroadcast(cores, mostUnderWay);
            case AGRONA -> new AgronaBroadcast(cores, mostUnderWay);
            case JCTOOLS -> new JctoolsBroadcast(cores, mostUnderWay);
            case JDK_QUEUE -> new JdkQueueBroadcast(cores);
            case PHASER -> new PhaserBroadcast(cores, size.point().batch());
            case HANDSHAKE -> new HandshakeBroadcast();
            case MEMBARRIER -> new MembarrierBroadcast();
            case BARE -> new AblatedRing(cores, AblatedRing.Change.NONE);
            case FETCH_AND_ADD -> new AblatedRing(cores, AblatedRing.Change.FETCH_AND_ADD);
            case EVERY_MINIMUM -> new AblatedRing(cores, AblatedRing.Change.EVERY_MINIMUM);
            case ACKNOWLEDGE_EACH -> new AblatedRing(cores, AblatedRing.Change.ACKNOWLEDGE_EACH);
            case RESCAN -> new AblatedRing(cores, AblatedRing.Change.RESCAN);
            case COUNT -> new AblatedRing(cores, AblatedRing.Change.COUNT);
            case TREE -> new AblatedRing(cores, AblatedRing.Change.TREE);
            case UNPADDED -> new AblatedRing(cores, AblatedRing.Change.UNPADDED);
        };
    }

    private static double take(Crew crew, Turn turn, Key key) {
        try {
            crew.run(turn::sitDown, turn);
            return turn.nsPerPage(crew.seats());
        } catch (UndeliveredException failure) {
            Turn.Point point = key.point();
            throw new UndeliveredException(key.contender().word() + " at " + crew.seats().size() + " cores, "
                + point.senders() + " of them sending, batches of " + point.batch() + ", work " + point.work().word()
                + ": " + failure.getMessage(), failure);
        }
    }

    private static PeerRow row(int cores, Key key, Figure figure, double ratio) {
        Turn.Point point = key.point();
        return new PeerRow(cores, point.senders(), point.batch(), point.work(), key.contender(), figure.ns(), ratio,
            figure.spread());
    }

    /** Median, and distance between the quartiles over the median. */
    static Figure figure(double[] values) {
        double median = StatUtils.percentile(values, 50);
        return new Figure(median, (StatUtils.percentile(values, 75) - StatUtils.percentile(values, 25)) / median);
    }
}
