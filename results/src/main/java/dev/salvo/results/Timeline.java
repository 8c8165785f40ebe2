package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One shootdown as every core took part in it: the TLBIs that one DSB waited for, and what each core did from a little
 * before the first of them until a little after the DSB's return. Times are nanoseconds since the first TLBI: the host's, or
 * those of the machine that it carried ({@link Carried}), and never some of each.
 *
 * <p>A core's acknowledgement is stamped after it was given, so that it is not delayed by that; where the DSB had
 * returned by then, it is the return that says when it must have been given. So {@link #acknowledged} is never too
 * early, and late by no more than lies between finding the operation and then.
 *
 * <p>Of a carried machine it is the DSB's Sync that is found and acknowledged. A core may have taken the TLBI in an earlier
 * visit: when, is not known.
 *
 * @param point    the point of the experiment
 * @param picked   how this shootdown was picked
 * @param recorded from among how many
 * @param hostCpus CPUs that the cores' threads were pinned to
 * @param sender   the core that sent
 * @param tlbis    when each TLBI was issued, the first at 0; at least one
 * @param first    the first TLBI's sequence; of a carried machine the one awaited, as its TLBIs are counted otherwise
 * @param awaited  the last one's, for which the DSB waits; of a carried machine its Sync's
 * @param dsb      the DSB
 * @param lanes    what each core did, core 0 first
 * @param carried  what is to be known of a machine that the host carried; null if the times are the host's
 */
public record Timeline(Point point, Pick picked, int recorded, int hostCpus, int sender, List<Long> tlbis, long first,
                       long awaited, Span dsb, List<Lane> lanes, Carried carried) {
    /** Which of the recorded shootdowns is shown. */
    public enum Pick {
        /** The one whose duration is the median. */
        MEDIAN,
        /** The one that took longest. */
        SLOWEST
    }

    /**
     * A machine that the host carried, and how late the host was. Nanoseconds are the machine's. Its TLBIs wait at a Misc
     * Node, and their sender is not snooped: what is awaited is a Sync, which it does not take from its own port. Whether a
     * core's thread had a CPU of the host's is no part of it: {@link Lane#offCpu} is empty.
     *
     * @param profile  which machine
     * @param dilation how many of the host's nanoseconds stood for one of its
     * @param slip     by how much messages were sent too late while it was recorded, all together: what could not be made up for
     * @param waits    how many waits of cores there were since its clock was started
     * @param late     by how much half of these ended late, at least; most of that is made up for
     * @param latest   the same of one in a hundred
     */
    public record Carried(String profile, double dilation, double slip, long waits, double late, double latest) {
    }

    /**
     * Some time.
     *
     * @param from its beginning
     * @param to   its end, not before
     */
    public record Span(long from, long to) {
        /**
         * Checks it.
         *
         * @param from its beginning
         * @param to   its end
         * @throws IllegalArgumentException if that is before
         */
        public Span {
            require(to >= from, "a span from " + from + " to " + to);
        }

        /** How much of it lies within some time. */
        long within(long begin, long end) {
            return Math.max(0, Math.min(to, end) - Math.max(from, begin));
        }
    }

    /**
     * One visit to a port: operations found there, invalidated, acknowledged.
     *
     * @param when  from when the first was found until all were acknowledged at the latest
     * @param first the sequence of the first
     * @param count how many of them
     */
    public record Visit(Span when, long first, long count) {
        boolean takes(long sequence) {
            return sequence >= first && sequence < first + count;
        }
    }

    /**
     * What the host's kernel counted of a core's thread, over the whole recording.
     *
     * @param nanos       how long that was
     * @param voluntary   switches because it blocked
     * @param involuntary switches because it yielded, which the kernel counts here, or was preempted
     * @param runDelay    how long it could have run and had no CPU, ns
     */
    public record Switches(long nanos, long voluntary, long involuntary, long runDelay) {
    }

    /**
     * One core.
     *
     * @param core     which
     * @param cpu      the CPU of the host that its thread is pinned to
     * @param tlbis    when it issued TLBIs
     * @param dsbs     its DSBs
     * @param visits   its visits to its port that found something
     * @param offCpu   when it had given up its CPU
     * @param switches what the host counted
     */
    public record Lane(int core, int cpu, List<Long> tlbis, List<Span> dsbs, List<Visit> visits, List<Span> offCpu,
                       Switches switches) {
        private Visit taking(long sequence) {
            return visits.stream().filter(visit -> visit.takes(sequence)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("core " + core + " has not taken operation " + sequence));
        }
    }

    /**
     * Checks that it is whole.
     *
     * @param point    any
     * @param picked   any
     * @param recorded 1 or more
     * @param hostCpus 1 or more
     * @param sender   one of the lanes
     * @param tlbis    in order, from 0
     * @param first    any
     * @param awaited  not before the first
     * @param dsb      begins after the last TLBI
     * @param lanes    one for each core, each of which has taken the operation that is awaited, but for the sender of a carried
     *                 machine; one that has, at least
     * @param carried  any
     * @throws IllegalArgumentException if it is not
     */
    public Timeline {
        tlbis = List.copyOf(tlbis);
        lanes = List.copyOf(lanes);
        require(!tlbis.isEmpty() && tlbis.get(0) == 0, "a shootdown begins with a TLBI, at 0");
        require(dsb.from() >= tlbis.get(tlbis.size() - 1), "a DSB that begins before its TLBI");
        require(awaited >= first, "a DSB for an earlier TLBI");
        require(sender >= 0 && sender < lanes.size(), "the sender " + sender + " is none of the cores");
        for (Lane lane : lanes) {
            if (carried == null || lane.core() != sender) {
                lane.taking(awaited);
            }
        }
        require(carried == null || lanes.size() > 1, "a shootdown of a carried machine that concerns nobody");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** A core as its thread is called. */
    static String name(int core) {
        return String.format(Locale.ROOT, "core-%03d", core);
    }

    /** When the TLBI was issued that the DSB waits for: the last. */
    long issued() {
        return tlbis.get(tlbis.size() - 1);
    }

    /** When the operation that is awaited can have come to a port at the earliest: a Sync is sent by the DSB. */
    long sent() {
        return carried == null ? issued() : dsb.from();
    }

    /**
     * When a core found the operation that is awaited; if it came while the core was at others before it, when it came.
     */
    long found(Lane lane) {
        return Math.max(sent(), lane.taking(awaited).when().from());
    }

    /** By when a core had acknowledged it. */
    long acknowledged(Lane lane) {
        return Math.min(lane.taking(awaited).when().to(), dsb.to());
    }

    /** Whether a core takes what is awaited from its port: all do, but for the sender of a carried machine. */
    boolean takes(Lane lane) {
        return carried == null || lane.core() != sender;
    }

    /** The cores that do. */
    List<Lane> takers() {
        return lanes.stream().filter(this::takes).toList();
    }

    /** When the first core had acknowledged it. */
    long firstAcknowledgement() {
        return takers().stream().mapToLong(this::acknowledged).min().getAsLong();
    }

    /** When half of the cores had. */
    long medianAcknowledgement() {
        List<Lane> takers = takers();
        return takers.stream().mapToLong(this::acknowledged).sorted().skip((takers.size() - 1) / 2).findFirst()
            .getAsLong();
    }

    /** The core that found it last. */
    Lane last() {
        return takers().stream().max(Comparator.comparingLong(this::found)).get();
    }

    /** How long of the time between the last acknowledgement and the DSB's return the sender had no CPU. */
    long senderOffCpu() {
        long from = acknowledged(last());
        return lanes.get(sender).offCpu().stream().mapToLong(off -> off.within(from, dsb.to())).sum();
    }

    /** Whether cores shared CPUs. */
    boolean oversubscribed() {
        return lanes.size() > hostCpus;
    }

    /** How long of the time between issue and finding a core had no CPU. */
    long offCpu(Lane lane) {
        return lane.offCpu().stream().mapToLong(off -> off.within(issued(), found(lane))).sum();
    }
}
