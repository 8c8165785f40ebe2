package dev.salvo.jmh.cli;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.workloads.program.Load;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.PteState;
import dev.salvo.workloads.program.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that say what is measured: one for each axis of the experiment. */
final class Axes {
    private static final String ALL = "all";

    @Option(names = "--cores", split = ",", paramLabel = "N",
        description = "Simulated cores, 1..1024. Default for curve: 8,16,32,64,100; with --quick 8,32,100; for flame: 100.")
    private List<Integer> cores;

    @Option(names = "--senders", split = ",", paramLabel = "N|all",
        description = "How many of the cores page out, each its own memory. Default for curve: 1,all; with --quick and "
            + "for flame: 1.")
    private List<String> senders;

    @Option(names = "--strategy", split = ",", paramLabel = "S",
        description = "sync (a DSB per page) or batched (a DSB per batch). Default: sync,batched.")
    private List<Strategy> strategies = List.of(Strategy.SYNC, Strategy.BATCHED);

    @Option(names = "--mappings", split = ",", paramLabel = "K", defaultValue = "1",
        description = "Processes that map each sender's memory. Default: ${DEFAULT-VALUE}.")
    private List<Integer> mappings;

    @Option(names = "--interconnect", split = ",", paramLabel = "I", defaultValue = "ring",
        description = "ring (one broadcast ring) or inboxes (a queue per core). Default: ${DEFAULT-VALUE}.")
    private List<InterconnectKind> interconnects;

    @Option(names = "--list", split = ",", paramLabel = "PAGES", defaultValue = "256",
        description = "Pages handed to reclaim at once. Default: ${DEFAULT-VALUE}, which is 1 MiB.")
    private List<Integer> lists;

    @Option(names = "--batch", split = ",", paramLabel = "PAGES", defaultValue = "31",
        description = "Pages freed with one flush: 31 since Linux 6.10, 15 before. Default: ${DEFAULT-VALUE}.")
    private List<Integer> batches;

    @Option(names = "--pte", split = ",", paramLabel = "P", defaultValue = "clean",
        description = "clean (the program reads its pages) or dirty (it writes them). Default: ${DEFAULT-VALUE}.")
    private List<PteState> ptes;

    @Option(names = "--load", split = ",", paramLabel = "L", defaultValue = "idle",
        description = "What the other cores do: idle, own (a user program over memory of its own) or shared (over the "
            + "senders' memory). Default: ${DEFAULT-VALUE}.")
    private List<Load> loads;

    @Option(names = "--placement", split = ",", paramLabel = "P", defaultValue = "compact",
        description = "Where the threads are put: compact (neighbours first), scatter (spread over sockets) or physical "
            + "(one per physical core). Default: ${DEFAULT-VALUE}.")
    private List<PlacementPolicy> placements;

    @Option(names = "--ring", split = ",", paramLabel = "N", defaultValue = "4096",
        description = "Operations that fit the interconnect (each inbox, with inboxes) before an issuer has to wait: a "
            + "power of two, 2..16384. Default: ${DEFAULT-VALUE}.")
    private List<Integer> rings;

    @Option(names = "--idle", split = ",", paramLabel = "I", defaultValue = "auto",
        description = "How cores wait that have nothing to do: spin, yield (give the CPU up every round), park (sleep "
            + "until a DSB that waits for them wakes them) or auto (spin with a CPU for every core, else yield). "
            + "Default: ${DEFAULT-VALUE}.")
    private List<IdlePolicy> idles;

    /** Made by picocli. */
    Axes() {
    }

    /**
     * Every combination, with these defaults for what was not said.
     *
     * @throws BadInput if one of them is not a point
     */
    List<PageOutSpec> points(List<Integer> defaultCores, List<String> defaultSenders) {
        Set<PageOutSpec> points = new LinkedHashSet<>(); // with 1 core, "1" and "all" are the same
        for (PlacementPolicy placement : placements) {
            for (InterconnectKind interconnect : interconnects) {
                for (Load load : loads) {
                    for (IdlePolicy idle : idles) {
                        for (PteState pte : ptes) {
                            addPoints(points, defaultCores, defaultSenders, interconnect, load, idle, pte, placement);
                        }
                    }
                }
            }
        }
        return new ArrayList<>(points);
    }

    private void addPoints(Set<PageOutSpec> points, List<Integer> defaultCores, List<String> defaultSenders,
                           InterconnectKind interconnect, Load load, IdlePolicy idle, PteState pte,
                           PlacementPolicy placement) {
        for (int ring : rings) {
            for (int list : lists) {
                for (int batch : batches) {
                    for (int mapping : mappings) {
                        for (String sender : senders == null ? defaultSenders : senders) {
                            for (int core : cores == null ? defaultCores : cores) {
                                for (Strategy strategy : strategies) {
                                    points.add(point(core, sender, mapping, strategy, interconnect, list, batch, load,
                                        pte, placement, ring, idle));
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static PageOutSpec point(int cores, String senders, int mappings, Strategy strategy,
                                     InterconnectKind interconnect, int list, int batch, Load load, PteState pte,
                                     PlacementPolicy placement, int ring, IdlePolicy idle) {
        try {
            return new PageOutSpec(cores, senders.equals(ALL) ? cores : Integer.parseInt(senders), mappings, strategy,
                interconnect, list, batch, load, pte, placement, ring, idle);
        } catch (NumberFormatException notANumber) {
            throw new BadInput("--senders " + senders + ": must be a whole number, or all", notANumber);
        } catch (IllegalArgumentException outOfRange) {
            throw new BadInput("--" + outOfRange.getMessage(), outOfRange);
        }
    }

    /** A point in words: cores, senders, strategy, and whatever is not as in the published program. */
    static String describe(PageOutSpec point) {
        PageOutSpec seed = PageOutSpec.seed(point.cores(), point.strategy());
        StringBuilder words = new StringBuilder();
        words.append(point.cores()).append(point.cores() == 1 ? " core, " : " cores, ");
        words.append(point.senders()).append(point.senders() == 1 ? " sender, " : " senders, ");
        words.append(word(point.strategy()));
        append(words, "", word(point.interconnect()), word(seed.interconnect()));
        append(words, "mappings ", point.mappings(), seed.mappings());
        append(words, "list ", point.list(), seed.list());
        append(words, "batch ", point.batch(), seed.batch());
        append(words, "load ", word(point.load()), word(seed.load()));
        append(words, "pte ", word(point.pte()), word(seed.pte()));
        append(words, "", word(point.placement()), word(seed.placement()));
        append(words, "ring ", point.ring(), seed.ring());
        append(words, "idle ", word(point.idle()), word(seed.idle()));
        return words.toString();
    }

    private static void append(StringBuilder words, String axis, Object value, Object seed) {
        if (!value.equals(seed)) {
            words.append(", ").append(axis).append(value);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
