package dev.salvo.jmh.cli;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.workloads.program.Load;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.Pacing;
import dev.salvo.workloads.program.PteState;
import dev.salvo.workloads.program.Strategy;
import dev.salvo.workloads.program.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that say what is measured: one for each axis of the experiment. */
final class Axes {
    private static final String ALL = "all";
    private static final List<Integer> PACED_CORES = List.of(8, 16, 32, 64, 128);
    private static final int MOST_POINTS = 100_000;

    @Option(names = "--workload", split = ",", paramLabel = "W", defaultValue = "seed",
        description = "What senders do: seed (page shared memory out, the published program), munmap (unmap 1 MiB), "
            + "protect (an instance each of stress-ng --tlb-shootdown, whose children run on up to 8 cores) or victim "
            + "(mprotect a page, while all other cores compute). Default: ${DEFAULT-VALUE}.")
    private List<Workload> workloads;

    @Option(names = "--cores", split = ",", paramLabel = "N",
        description = "Simulated cores, 1..1024. Default for curve: 8,16,32,64,100; with --quick 8,32,100; for flame: "
            + "100; for timeline: 8. On a paced clock: 8,16,32,64,128 as far as the profile has them, and all it has; "
            + "for protect only these.")
    private List<Integer> cores;

    @Option(names = "--senders", split = ",", paramLabel = "N|all",
        description = "How many senders there are, each with memory of its own: as many cores send, but with the workload "
            + "protect those of their children. Default for curve: 1,all; where other cores compute, with --quick, for flame, "
            + "timeline and on a paced clock: 1.")
    private List<String> senders;

    @Option(names = "--strategy", split = ",", paramLabel = "S",
        description = "sync (a DSB per page), batched (a DSB per batch) or local (no broadcast where a process has run on one "
            + "core only). Default: sync,batched; for munmap and victim, which batching does not change, sync; for protect "
            + "batched,local.")
    private List<Strategy> strategies;

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
        description = "Where the threads are put: compact (neighbours first), scatter (spread over sockets), physical "
            + "(one per physical core), performance or efficiency (only on the fastest or slowest kind of CPU of a host "
            + "that has several). Default: ${DEFAULT-VALUE}.")
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
        return points(defaultCores, defaultSenders, Pacing.NATIVE);
    }

    /**
     * The same on a machine that is carried, whose numbers of cores are the default. All points have the dilation given.
     *
     * @throws BadInput if one of them is not a point
     */
    List<PageOutSpec> points(Pacing pacing) {
        int all = pacing.profile().cores();
        List<Integer> defaultCores = new ArrayList<>(PACED_CORES);
        defaultCores.removeIf(some -> some >= all);
        defaultCores.add(all);
        return points(defaultCores, List.of("1"), pacing);
    }

    private List<PageOutSpec> points(List<Integer> defaultCores, List<String> defaultSenders, Pacing pacing) {
        double many = 1;
        for (List<?> axis : List.of(workloads, cores == null ? defaultCores : cores,
                senders == null ? defaultSenders : senders,
                strategies == null ? List.of(Strategy.SYNC, Strategy.BATCHED) : strategies,
                mappings, interconnects, lists, batches, ptes, loads, placements, rings, idles)) {
            many *= axis.size();
        }
        if (many > MOST_POINTS) {
            throw new BadInput(String.format(Locale.ROOT, "a sweep of %.0f points: must be of %d at most", many,
                MOST_POINTS));
        }
        Set<PageOutSpec> points = new LinkedHashSet<>(); // with 1 core, "1" and "all" are the same
        for (Workload workload : workloads) {
            List<Integer> some = workload == Workload.PROTECT && pacing.isPaced()
                ? List.of(pacing.profile().cores()) : defaultCores;
            addPoints(points, some, defaultSenders, workload, pacing);
        }
        return new ArrayList<>(points);
    }

    private void addPoints(Set<PageOutSpec> points, List<Integer> defaultCores, List<String> defaultSenders,
                           Workload workload, Pacing pacing) {
        for (PlacementPolicy placement : placements) {
            for (InterconnectKind interconnect : interconnects) {
                for (Load load : loads) {
                    for (IdlePolicy idle : idles) {
                        for (PteState pte : ptes) {
                            addPoints(points, defaultCores, defaultSenders, interconnect, load, idle, pte, placement,
                                workload, pacing);
                        }
                    }
                }
            }
        }
    }

    private void addPoints(Set<PageOutSpec> points, List<Integer> defaultCores, List<String> defaultSenders,
                           InterconnectKind interconnect, Load load, IdlePolicy idle, PteState pte,
                           PlacementPolicy placement, Workload workload, Pacing pacing) {
        for (int ring : rings) {
            for (int list : lists) {
                for (int batch : batches) {
                    for (int mapping : mappings) {
                        boolean someCompute = workload == Workload.VICTIM || load != Load.IDLE;
                        for (String sender : senders != null ? senders : someCompute ? List.of("1") : defaultSenders) {
                            for (int core : cores == null ? defaultCores : cores) {
                                for (Strategy strategy : strategies(workload)) {
                                    points.add(point(core, sender, mapping, strategy, interconnect, list, batch, load,
                                        pte, placement, ring, idle, workload, pacing));
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private List<Strategy> strategies(Workload workload) {
        if (strategies != null) {
            return strategies;
        }
        return switch (workload) {
            case SEED -> List.of(Strategy.SYNC, Strategy.BATCHED);
            case MUNMAP, VICTIM -> List.of(Strategy.SYNC);
            case PROTECT -> List.of(Strategy.BATCHED, Strategy.LOCAL);
        };
    }

    private static PageOutSpec point(int cores, String senders, int mappings, Strategy strategy,
                                     InterconnectKind interconnect, int list, int batch, Load load, PteState pte,
                                     PlacementPolicy placement, int ring, IdlePolicy idle, Workload workload,
                                     Pacing pacing) {
        if (load != Load.IDLE && (senders.equals(ALL) || senders.equals(Integer.toString(cores)))) {
            throw new BadInput("--senders " + senders + ": must be fewer than the cores with a load, so that one is left to "
                + "compute");
        }
        try {
            return new PageOutSpec(cores, senders.equals(ALL) ? cores : WholeNumber.ofInt(senders), mappings, strategy,
                interconnect, list, batch, load, pte, placement, ring, idle, workload, pacing);
        } catch (NumberFormatException notANumber) {
            throw new BadInput("--senders " + senders + ": must be a whole number, or all", notANumber);
        } catch (IllegalArgumentException outOfRange) {
            throw new BadInput("--" + outOfRange.getMessage(), outOfRange);
        }
    }

    /** A point in words: cores, senders, strategy, and whatever is not as in the published program. */
    static String describe(PageOutSpec point) {
        return describe(point, ", " + word(point.strategy()));
    }

    /** The same without its strategy: what it has in common with a point that only another strategy was measured at. */
    static String describeButStrategy(PageOutSpec point) {
        return describe(point, "");
    }

    /** Such a description as part of the name of a file. */
    static String fileName(String description) {
        return description.replaceAll("[^a-z0-9]+", "-");
    }

    private static String describe(PageOutSpec point, String strategy) {
        PageOutSpec seed = PageOutSpec.seed(point.cores(), point.strategy());
        StringBuilder words = new StringBuilder();
        words.append(point.cores()).append(point.cores() == 1 ? " core, " : " cores, ");
        words.append(point.senders()).append(point.senders() == 1 ? " sender" : " senders").append(strategy);
        append(words, "", word(point.interconnect()), word(seed.interconnect()));
        append(words, "mappings ", point.mappings(), seed.mappings());
        append(words, "list ", point.list(), seed.list());
        append(words, "batch ", point.batch(), seed.batch());
        append(words, "load ", word(point.load()), word(seed.load()));
        append(words, "pte ", word(point.pte()), word(seed.pte()));
        append(words, "", word(point.placement()), word(seed.placement()));
        append(words, "ring ", point.ring(), seed.ring());
        append(words, "idle ", word(point.idle()), word(seed.idle()));
        append(words, "", word(point.workload()), word(seed.workload()));
        if (point.pacing().isPaced()) {
            words.append(", ").append(point.pacing().profile().name());
        }
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
