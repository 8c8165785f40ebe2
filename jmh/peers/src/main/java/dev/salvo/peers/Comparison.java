package dev.salvo.peers;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.jmh.PeersPlan;
import dev.salvo.results.Contender;
import dev.salvo.results.PeerRow;
import dev.salvo.results.PeersRun;
import dev.salvo.results.PeersRun.Figure;
import dev.salvo.results.PeersRun.Limit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A comparison: for each number of cores a crew, and on it round after round the limits and then every contender at
 * every point, one after the other. The first round warms up and does not count.
 */
final class Comparison {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int INVALIDATION = 0;
    private static final int PING_PONG = 1;
    private static final int TURN = 2;
    private static final int LIMITS = 3;

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

    /** Contenders have room for what one number of senders and one batch can have under way. */
    private record Size(Contender contender, int senders, int batch) {
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
        Map<Size, Broadcast> broadcasts = new LinkedHashMap<>();
        double[][] limitSamples = new double[LIMITS][plan.rounds()];
        boolean onePerCpu = placement.cpus() > 1;
        for (int round = -1; round < plan.rounds(); round++) { // -1 warms up
            double[] found = limits(crew, onePerCpu);
            for (int i = 0; i < LIMITS && round >= 0; i++) {
                limitSamples[i][round] = found[i];
            }
            for (Key key : keys(placement.cores())) {
                Turn.Point point = key.point();
                step.accept(placement.cores() + " cores, " + key.contender().word());
                Broadcast broadcast = broadcasts.computeIfAbsent(
                    new Size(key.contender(), point.senders(), point.batch()), size -> seated(crew, size));
                double ns = take(crew, new Turn(broadcast, point, turnNanos), key);
                if (round >= 0) {
                    samples.computeIfAbsent(key, first -> new double[plan.rounds()])[round] = ns;
                }
            }
        }
        Limit limit = new Limit(placement.cores(), placement.cpus(),
            onePerCpu ? figure(limitSamples[PING_PONG]) : null, figure(limitSamples[TURN]));
        limits.add(limit);
        Arrays.stream(limitSamples[INVALIDATION]).forEach(invalidations::add);
        samples.forEach((key, values) -> rows.add(row(key, figure(values), limit)));
    }

    private double[] limits(Crew crew, boolean onePerCpu) {
        double[] found = new double[LIMITS];
        found[INVALIDATION] = Limits.invalidation(crew, turnNanos);
        found[PING_PONG] = onePerCpu ? Limits.pingPong(crew, turnNanos) : Double.NaN;
        found[TURN] = Limits.turn(crew, turnNanos);
        return found;
    }

    /** Whose turn it is, round after round. */
    private List<Key> keys(int cores) {
        List<Key> keys = new ArrayList<>();
        for (int senders : plan.sendersAt(cores)) {
            for (int batch : plan.batches()) {
                for (PeerRow.Work work : plan.works()) {
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

    private static Broadcast seated(Crew crew, Size size) {
        Broadcast broadcast = make(size, crew.seats().size());
        crew.run(seat -> { }, broadcast::join);
        return broadcast;
    }

    private static Broadcast make(Size size, int cores) {
        int mostUnderWay = size.senders() * size.batch();
        return switch (size.contender()) {
            case RING -> new RingBroadcast(cores);
            case INBOXES -> new InboxesBroadcast(cores);
            case DISRUPTOR -> new DisruptorBroadcast(cores, mostUnderWay);
            case AGRONA -> new AgronaBroadcast(cores, mostUnderWay);
            case JCTOOLS -> new JctoolsBroadcast(cores, mostUnderWay);
            case JDK_QUEUE -> new JdkQueueBroadcast(cores);
            case PHASER -> new PhaserBroadcast(cores, size.batch());
            case HANDSHAKE -> new HandshakeBroadcast();
            case MEMBARRIER -> new MembarrierBroadcast();
        };
    }

    private static double take(Crew crew, Turn turn, Key key) {
        try {
            crew.run(seat -> seat.sitDown(turn), turn);
            return turn.nsPerPage(crew.seats());
        } catch (UndeliveredException failure) {
            Turn.Point point = key.point();
            throw new UndeliveredException(key.contender().word() + " at " + crew.seats().size() + " cores, "
                + point.senders() + " of them sending, batches of " + point.batch() + ", work " + point.work().word()
                + ": " + failure.getMessage(), failure);
        }
    }

    private static PeerRow row(Key key, Figure figure, Limit limit) {
        Turn.Point point = key.point();
        return new PeerRow(limit.cores(), point.senders(), point.batch(), point.work(), key.contender(), figure.ns(),
            figure.ns() / limit.ns(), figure.spread());
    }

    /** Median, and distance between the quartiles over the median. */
    static Figure figure(double[] values) {
        double median = StatUtils.percentile(values, 50);
        return new Figure(median, (StatUtils.percentile(values, 75) - StatUtils.percentile(values, 25)) / median);
    }
}
