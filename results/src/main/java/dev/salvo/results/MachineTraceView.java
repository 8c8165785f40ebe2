package dev.salvo.results;

import dev.salvo.results.MachineTrace.Late;
import dev.salvo.results.MachineTrace.Operation;
import dev.salvo.results.MachineTrace.Shootdown;
import dev.salvo.results.Timeline.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of a {@link MachineTrace} that its picture shows, and what is to be said of it.
 *
 * <p><b>What is shown</b> is one shootdown, and the three that ended before it. That one is the last whose DSB returned too
 * early. Where none did, and a core did not answer, it is the first of which something is not over; and else the last that is
 * over. After an early return the picture goes on until the last core has taken the TLBI, after what is not over as long as
 * there is anything: either no longer than what came before took, or some microseconds.
 */
final class MachineTraceView {
    private static final int MOST_SENTENCES = 4;
    private static final int BEFORE = 3;

    /** How much may follow, however short what came before (ns). */
    private static final long LEAST_AFTER = 10_000;

    /** What is shown. */
    private enum What { TOO_EARLY, NOT_OVER, LAST, NOTHING }

    private final MachineTrace trace;
    private final List<Shootdown> shootdowns;
    private final What what;
    /** What all is about; null if there is no shootdown, or it has come to no DSB. */
    private final Shootdown shown;
    /** When what is shown began and ended. */
    private final Span window;

    MachineTraceView(MachineTrace trace) {
        this.trace = trace;
        shootdowns = trace.shootdowns();
        Optional<Shootdown> early = last(shootdowns.stream().filter(Shootdown::isEarly));
        List<Operation> notOver = trace.lanes().stream().flatMap(MachineTrace.Lane::notOver).toList();
        Optional<Shootdown> last = last(shootdowns.stream().filter(each -> each.dsb().over()));
        if (early.isPresent()) {
            what = What.TOO_EARLY;
            shown = early.get();
            long taken = shown.late().stream().mapToLong(late -> late.taken().orElse(trace.last())).max().getAsLong();
            window = window(shown.begin(), shown.end(), taken);
        } else if (trace.end().stuck() && !notOver.isEmpty()) {
            what = What.NOT_OVER;
            long since = notOver.stream().mapToLong(operation -> operation.when().from()).min().getAsLong();
            shown = shootdowns.stream().filter(each -> !each.dsb().over() && each.end() == since).findFirst().orElse(null);
            window = window(shown == null ? since : shown.begin(), since, trace.last());
        } else if (last.isPresent()) {
            what = What.LAST;
            shown = last.get();
            window = window(shown.begin(), shown.end(),
                notOver.stream().mapToLong(operation -> operation.when().to()).max().orElse(shown.end()));
        } else {
            what = What.NOTHING;
            shown = null;
            window = new Span(0, Math.max(1, trace.last()));
        }
    }

    private static Optional<Shootdown> last(Stream<Shootdown> shootdowns) {
        return shootdowns.max(Comparator.comparingLong(Shootdown::end));
    }

    /** Of a shootdown, with those before it, and what follows until some time, if that is not too much. */
    private Span window(long begun, long ended, long until) {
        long begin = Math.min(begun, shootdowns.stream().filter(other -> other.end() <= ended && other != shown)
            .sorted(Comparator.comparingLong(Shootdown::end).reversed()).limit(BEFORE).mapToLong(Shootdown::begin).min()
            .orElse(begun));
        long farthest = ended + Math.max(LEAST_AFTER, ended - begin);
        return new Span(begin, Math.max(ended, Math.min(until, farthest)));
    }

    /** The shootdown that all is about; null if there is none, or it has come to no DSB. */
    Shootdown shown() {
        return shown;
    }

    /** What is to be seen: its beginning is the picture's time 0. */
    Span window() {
        return window;
    }

    /** The DSBs that returned too early. */
    Set<Operation> early() {
        return shootdowns.stream().filter(Shootdown::isEarly).map(Shootdown::dsb).collect(Collectors.toSet());
    }

    /** What is to be said of it. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        List<Shootdown> early = shootdowns.stream().filter(Shootdown::isEarly)
            .sorted(Comparator.comparingLong(Shootdown::end).reversed()).toList();
        early.stream().filter(each -> each.end() >= window.from()).limit(MOST_SENTENCES)
            .forEach(each -> words.add(early(each)));
        if (early.size() > 1) {
            words.add("In all " + early.size() + " of the " + shootdowns.size() + " DSBs that are kept returned too early.");
        }
        words.addAll(trace.end().stuck() ? notOver() : cutShort());
        List<Shootdown> over = shootdowns.stream().filter(each -> each.dsb().over()).toList();
        long known = over.stream().filter(Shootdown::known).count();
        if (shootdowns.isEmpty()) {
            words.add("No DSB that is kept has waited for a TLBI.");
        } else if (what == What.LAST) {
            words.add("Of the " + over.size() + " DSBs that are kept and over none is known to have returned too early: of "
                + known + " nothing that was recorded says otherwise.");
        }
        words.add(rule());
        if (trace.end().dead() != MachineTrace.End.NOBODY) {
            words.add(Timeline.name(trace.end().dead()) + " died of what was found, and the machine was stopped.");
        }
        if (trace.counted() != MachineTrace.EVERYBODYS) {
            words.add("Each core counts its own TLBIs: who has taken one is recorded of those of "
                + Timeline.name(trace.counted()) + " only.");
        }
        List<Integer> unknown = trace.lanes().stream().filter(lane -> !lane.known()).map(MachineTrace.Lane::core).toList();
        if (!unknown.isEmpty()) {
            words.add("Not known is what was done by " + MachineTrace.names(unknown)
                + (unknown.size() == 1 ? ": its thread has" : ": their threads have") + " not ended.");
        }
        words.add("No CPU: given up, and not yet had again. That the host took one away by force does not show."
            + (trace.oversubscribed() ? " Oversubscribed: " + trace.lanes().size() + " cores shared " + trace.hostCpus()
                + (trace.hostCpus() == 1 ? " CPU" : " CPUs") + "; these times include the scheduler." : ""));
        return words;
    }

    private String early(Shootdown early) {
        StringBuilder text = new StringBuilder("Too early, at " + at(early.end()) + ", the DSB of "
            + Timeline.name(early.core()) + " returned: ");
        List<Late> took = early.late().stream().filter(late -> late.taken().isPresent())
            .sorted(Comparator.comparingLong((Late late) -> late.taken().getAsLong()).reversed()).toList();
        for (Late late : took.subList(0, Math.min(MOST_SENTENCES, took.size()))) {
            String after = Figures.time(late.taken().getAsLong() - early.end());
            text.append(late == took.get(0) ? Timeline.name(late.core()) + " took the TLBI " + after + " after that"
                : ", " + Timeline.name(late.core()) + ' ' + after);
        }
        if (took.size() > MOST_SENTENCES) {
            text.append(", ").append(took.size() - MOST_SENTENCES).append(" more sooner");
        }
        List<Integer> never = early.late().stream().filter(late -> late.taken().isEmpty()).map(Late::core).toList();
        if (!never.isEmpty()) {
            text.append(took.isEmpty() ? "" : "; ").append(MachineTrace.names(never)).append(took.isEmpty()
                ? " never took the TLBI" : " never took it");
        }
        return text.append('.').toString();
    }

    private List<String> notOver() {
        List<String> words = new ArrayList<>();
        List<Shootdown> dsbs = shootdowns.stream().filter(each -> !each.dsb().over()).toList();
        for (Shootdown each : dsbs.subList(0, Math.min(MOST_SENTENCES, dsbs.size()))) {
            Span when = each.dsb().when();
            List<Integer> missing = each.late().stream().map(Late::core).toList();
            words.add("Not over is the DSB of " + Timeline.name(each.core()) + ", begun at " + at(when.from())
                + " and last seen to be on " + Figures.time(when.to() - when.from()) + " later: "
                + (!missing.isEmpty() ? MachineTrace.names(missing) + " had not taken the TLBI when the machine stopped."
                : each.known() ? "nothing that was recorded says that a core had not taken the TLBI."
                : "who had not taken the TLBI when the machine stopped is not known."));
        }
        if (dsbs.size() > MOST_SENTENCES) {
            words.add("Nor are those of " + MachineTrace.names(dsbs.stream().skip(MOST_SENTENCES).map(Shootdown::core).toList())
                + '.');
        }
        for (MachineTrace.Lane lane : trace.lanes()) {
            lane.tlbis().stream().filter(tlbi -> !tlbi.over()).forEach(tlbi -> words.add("Not over is a TLBI of "
                + Timeline.name(lane.core()) + ", begun at " + at(tlbi.when().from()) + ": there was no room for it, and "
                + Figures.time(tlbi.when().to() - tlbi.when().from()) + " later there was none yet."));
        }
        return words;
    }

    /** What ended with the machine, and would have gone on. */
    private List<String> cutShort() {
        List<String> words = new ArrayList<>();
        for (MachineTrace.Lane lane : trace.lanes()) {
            lane.tlbis().stream().filter(tlbi -> !tlbi.over()).forEach(tlbi -> words.add(cutShort("a TLBI", lane, tlbi)));
            lane.dsbs().stream().filter(dsb -> !dsb.over()).forEach(dsb -> words.add(cutShort("the DSB", lane, dsb)));
        }
        if (words.size() > MOST_SENTENCES) {
            int more = words.size() - MOST_SENTENCES;
            words.subList(MOST_SENTENCES, words.size()).clear();
            words.add("So " + (more == 1 ? "was one more." : "were " + more + " more."));
        }
        return words;
    }

    private String cutShort(String what, MachineTrace.Lane lane, Operation operation) {
        long since = operation.when().from() - window.from();
        return "Cut short is " + what + " of " + Timeline.name(lane.core()) + ", begun "
            + (since < 0 ? "before what is shown" : "at " + Figures.time(since)) + ": " + trace.cause() + '.';
    }

    private String at(long time) {
        return Figures.time(time - window.from());
    }

    private String rule() {
        String before = ", and the " + BEFORE + " that ended before it";
        String which = switch (what) {
            case TOO_EARLY -> "the last shootdown whose DSB returned too early" + before;
            case NOT_OVER -> "the first shootdown that is not over" + before;
            case LAST -> "the last " + (BEFORE + 1) + " shootdowns that are over";
            case NOTHING -> "all that is kept";
        };
        String times = switch (what) {
            case TOO_EARLY, NOT_OVER -> ". Times count from the first TLBI of these; what follows is cut off where it takes longer "
                + "than they did.";
            case LAST -> ". Times count from the first TLBI of these.";
            case NOTHING -> ".";
        };
        return "Shown: " + which + times;
    }

    /** Whether something is wrong with what is shown. */
    boolean isBad() {
        return what == What.TOO_EARLY || what == What.NOT_OVER;
    }
}
