package dev.salvo.results;

import dev.salvo.results.Timeline.Span;
import dev.salvo.results.Timeline.Visit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the cores of one machine recorded last, whatever ran on it and however it ended: there may be DSBs that are not over, and
 * DSBs that returned before some core had taken the TLBI that they waited for. Times are host nanoseconds from any beginning,
 * the same for all cores, and never negative.
 *
 * <p><b>What is not over</b> was late only where the machine failed because a core did not answer. Else it was cut short: a core
 * had died, its thread ended by what was found, and everybody who waited was told to stop.
 *
 * <p><b>What is known.</b> Who has taken an operation is known where sequences count everybody's operations, or the issuer's.
 * Of a core that was offline at any time between the TLBI and the return, nobody had to wait for it. Of one that has lost
 * what it recorded then, nothing is said.
 *
 * @param title    what machine it was, in a few words
 * @param notes    lines for those who look at it: what was found on it, how it was built
 * @param hostCpus CPUs that the cores' threads were pinned to
 * @param counted  whose operations the visits' sequences count; {@link #EVERYBODYS} where one sequence counts all
 * @param end      how the machine has ended
 * @param lanes    what each core did, core 0 first; one at least
 */
public record MachineTrace(String title, List<String> notes, int hostCpus, int counted, End end, List<Lane> lanes) {
    /** One sequence counts all operations, whoever issued them. */
    public static final int EVERYBODYS = -1;

    /** The end of what has not ended: a core that is offline for good. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int MOST_NAMES = 6;

    /**
     * How a machine has ended.
     *
     * @param stuck whether because a core was found not to answer
     * @param dead  the core that has died; {@link #NOBODY} if none has
     */
    public record End(boolean stuck, int dead) {
        /** No core. */
        public static final int NOBODY = -1;
        /** It was stopped, and all its cores came to the end of what they did. */
        public static final End IN_ORDER = new End(false, NOBODY);
        /** A core was found not to answer. */
        public static final End STUCK = new End(true, NOBODY);
    }

    /**
     * A TLBI or a DSB.
     *
     * @param when     from when to when; of a TLBI that is over the same. Of what is not over: when it was last seen
     * @param sequence the TLBI's, or that of the TLBI for which the DSB waits, in its issuer's count
     * @param over     whether it was ever over
     */
    public record Operation(Span when, long sequence, boolean over) {
    }

    /**
     * One core. Each list in the order in which things began.
     *
     * @param core    which
     * @param cpu     the CPU of the host that its thread was pinned to
     * @param known   whether what it has recorded could be read; if not, all lists are empty
     * @param tlbis   its TLBIs
     * @param dsbs    its DSBs
     * @param visits  its visits to its port that found something; of a count of 0 where that was nobody's who is counted
     * @param offCpu  when it had given up its CPU
     * @param offline when it was not certainly online, to {@link #NEVER} if it has not come back; from its first moment on
     */
    public record Lane(int core, int cpu, boolean known, List<Operation> tlbis, List<Operation> dsbs, List<Visit> visits,
                       List<Span> offCpu, List<Span> offline) {
        /**
         * Copies.
         *
         * @param core    any
         * @param cpu     any
         * @param known   any
         * @param tlbis   any
         * @param dsbs    any
         * @param visits  any
         * @param offCpu  any
         * @param offline any
         */
        public Lane {
            tlbis = List.copyOf(tlbis);
            dsbs = List.copyOf(dsbs);
            visits = List.copyOf(visits);
            offCpu = List.copyOf(offCpu);
            offline = List.copyOf(offline);
        }

        /** What its thread did not come out of. */
        Stream<Operation> notOver() {
            return Stream.concat(tlbis.stream(), dsbs.stream()).filter(operation -> !operation.over());
        }

        /** From when on all that it did is kept: what ends first of what is kept ended when it was written. */
        private long keptSince() {
            return Stream.of(visits.stream().map(Visit::when), dsbs.stream().filter(Operation::over).map(Operation::when),
                offCpu.stream(), offline.stream()).flatMap(ended -> ended).mapToLong(Span::to).min().orElse(NEVER);
        }

        private boolean wasOnline(long from, long to) {
            return offline.stream().noneMatch(off -> off.from() <= to && off.to() >= from);
        }

        /** The first visit that took an operation, which was issued after some time; null if none did. */
        private Visit taking(long sequence, long since) {
            int low = 0;
            for (int high = visits.size(); low < high; ) {
                int middle = (low + high) >>> 1;
                if (visits.get(middle).when().to() < since) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return visits.subList(low, visits.size()).stream().filter(visit -> visit.takes(sequence)).findFirst().orElse(null);
        }
    }

    /**
     * A core that had not taken an operation when the DSB returned that waits for it; or when the machine stopped, of a DSB that
     * is not over because a core did not answer.
     *
     * @param core  which
     * @param taken when it found it at its port; empty if it never did
     */
    record Late(int core, OptionalLong taken) {
    }

    /**
     * A DSB and the TLBIs before it.
     *
     * @param core  whose
     * @param begin when the first of its TLBIs that is kept was issued
     * @param tlbi  the TLBI that it waits for; null if that is not kept
     * @param dsb   the DSB
     * @param known whether every core has kept what it did since the TLBI, and its visits count that; of one that may have been
     *              offline in between nothing is asked all the same
     * @param late  those online that had not
     */
    record Shootdown(int core, long begin, Operation tlbi, Operation dsb, boolean known, List<Late> late) {
        /** When it returned; or when that began which is not over. */
        long end() {
            return dsb.over() ? dsb.when().to() : dsb.when().from();
        }

        boolean isEarly() {
            return dsb.over() && !late.isEmpty();
        }
    }

    /**
     * Checks it, and copies.
     *
     * @param title    any
     * @param notes    any
     * @param hostCpus 1 or more
     * @param counted  a core, or {@link #EVERYBODYS}
     * @param end      any
     * @param lanes    one for each core
     * @throws IllegalArgumentException if there is no lane, or one is not in its place
     */
    public MachineTrace {
        notes = List.copyOf(notes);
        lanes = List.copyOf(lanes);
        if (lanes.isEmpty()) {
            throw new IllegalArgumentException("a machine without cores");
        }
        for (int core = 0; core < lanes.size(); core++) {
            if (lanes.get(core).core() != core) {
                throw new IllegalArgumentException("core " + lanes.get(core).core() + " in place of core " + core);
            }
        }
    }

    /** Of the cores' DSBs, and what went before, in the order in which they ended. */
    List<Shootdown> shootdowns() {
        long[] keptSince = lanes.stream().mapToLong(Lane::keptSince).toArray();
        List<Shootdown> all = new ArrayList<>();
        for (Lane lane : lanes) {
            int next = 0;
            for (Operation dsb : lane.dsbs()) {
                long begin = dsb.when().from();
                Operation awaited = null;
                for (; next < lane.tlbis().size() && lane.tlbis().get(next).when().from() <= dsb.when().from(); next++) {
                    Operation tlbi = lane.tlbis().get(next);
                    begin = Math.min(begin, tlbi.when().from());
                    awaited = tlbi.over() && tlbi.sequence() == dsb.sequence() ? tlbi : awaited;
                }
                all.add(shootdown(lane.core(), begin, awaited, dsb, keptSince));
            }
        }
        all.sort(Comparator.comparingLong(Shootdown::end));
        return all;
    }

    private Shootdown shootdown(int core, long begin, Operation tlbi, Operation dsb, long[] keptSince) {
        boolean known = tlbi != null && (counted == EVERYBODYS || counted == core);
        List<Late> late = new ArrayList<>();
        // Of a DSB that was cut short nobody was late: who had not taken it had as much time left as it had.
        for (Lane lane : known && (dsb.over() || end.stuck()) ? lanes : List.<Lane>of()) {
            long issued = tlbi.when().from();
            if (!lane.known() || keptSince[lane.core()] > issued) {
                known = false;
            } else if (lane.wasOnline(issued, dsb.when().to())) {
                Visit visit = lane.taking(dsb.sequence(), issued);
                if (visit == null || dsb.over() && visit.when().from() > dsb.when().to()) {
                    late.add(new Late(lane.core(), visit == null ? OptionalLong.empty() : OptionalLong.of(visit.when().from())));
                }
            }
        }
        return new Shootdown(core, begin, tlbi, dsb, known, late);
    }

    /** When a core found the operation of a shootdown at its port; empty if that is not known, or it never did. */
    OptionalLong taken(Shootdown shootdown, Lane lane) {
        boolean counts = shootdown.tlbi() != null && (counted == EVERYBODYS || counted == shootdown.core());
        Visit visit = counts && lane.keptSince() <= shootdown.tlbi().when().from()
            ? lane.taking(shootdown.dsb().sequence(), shootdown.tlbi().when().from()) : null;
        return visit == null ? OptionalLong.empty() : OptionalLong.of(visit.when().from());
    }

    /** The time of the last thing of all. */
    long last() {
        return lanes.stream().flatMap(lane -> Stream.of(lane.offCpu().stream(), lane.visits().stream().map(Visit::when),
            lane.tlbis().stream().map(Operation::when), lane.dsbs().stream().map(Operation::when),
            lane.offline().stream().map(off -> new Span(off.from(), off.to() == NEVER ? off.from() : off.to()))))
            .flatMap(spans -> spans).mapToLong(Span::to).max().orElse(0);
    }

    /** Whether cores shared CPUs. */
    boolean oversubscribed() {
        return lanes.size() > hostCpus;
    }

    /** Of what is not over and was cut short, why. */
    String cause() {
        return end.dead() == End.NOBODY ? "the machine was stopped" : Timeline.name(end.dead()) + " had died";
    }

    /** Some cores by their threads' names, not too many. */
    static String names(List<Integer> cores) {
        int named = cores.size() > MOST_NAMES + 1 ? MOST_NAMES : cores.size();
        return cores.stream().limit(named).map(Timeline::name).collect(Collectors.joining(", "))
            + (named < cores.size() ? " and " + (cores.size() - named) + " more" : "");
    }
}
