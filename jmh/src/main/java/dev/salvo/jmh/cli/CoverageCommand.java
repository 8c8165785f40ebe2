package dev.salvo.jmh.cli;

import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.results.BadRunException;
import dev.salvo.results.Figure;
import dev.salvo.results.Row;
import dev.salvo.results.RunFolder;
import dev.salvo.workloads.kernel.Step;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.MunmapLoop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code salvo profiles coverage}: whether the bound of a paced clock holds what is known to be true. */
@Command(
    name = "coverage",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Measures configurations whose answer can be told without measuring, again and again, and counts how often the "
            + "truth lies within the bound that is reported:",
        "",
        "  idle        one sender, idle receivers: what a page takes is the sum of its parts",
        "  halved      the same with messages half as long: it must be less by as much as it should",
        "  saturated   eight senders and a slow Misc Node, which never rests: its time for one TLBI or Sync, times their "
            + "number; measured is the rate at which all of them get pages done",
        "",
        "The check fails if the truth is outside in more than one of ten runs that gave a figure, or if most were refused one. "
            + "Twenty runs take about 40 minutes.",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the bound holds", "1:it does not, or a point could not be measured; or another run is measuring",
        "2:an option cannot be used, or nothing can be measured on this host: one line says why"})
final class CoverageCommand implements Callable<Integer> {
    private static final String IDLE = "snapdragon-888";
    private static final String HALVED = "snapdragon-888:hopCluster=0.5";
    /** Twenty times as long for each target, and next to nothing to do between two calls. */
    private static final String SATURATED = "snapdragon-888:target=20,fault=0.001,zapPte=0.001,walk=0.001";
    private static final int CORES = 8;
    private static final int LIST = 32;
    private static final int FORKS = 3;
    private static final double NANOS = 1e9;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "20",
        description = "Runs of each configuration. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Spec
    private CommandSpec command;

    /**
     * One configuration and what it must come to.
     *
     * @param truth  nanoseconds a page, of one sender
     * @param figure what is held against it
     */
    private record Known(String name, ExperimentSpec point, double truth, Figure figure) {
        /**
         * What a figure is in nanoseconds a page, of one sender: of the rate, at which all senders together get pages done,
         * their number over it. So the time between two operations, which no operation holds, is part of both sides.
         */
        double nanos(double value) {
            return figure == Figure.PAGES_PER_SECOND ? point.senders() * NANOS / value : value;
        }
    }

    /** How often the truth was where it must be, and how far off what was measured was. */
    private static final class Tally {
        private int inside;
        private int refused;
        private double sum;
        private double widest;

        int figures(int runs) {
            return runs - refused;
        }

        double mean(int runs) {
            return sum / figures(runs);
        }

        /** A figure that is refused says nothing, and so nothing wrong; but where most are, nothing is shown. */
        boolean holds(int runs) {
            return 2 * figures(runs) > runs && inside * 10 >= figures(runs) * 9;
        }
    }

    /** Made by picocli. */
    CoverageCommand() {
    }

    @Override
    public Integer call() {
        if (runs < 1) {
            throw new BadInput("--runs " + runs + ": must be 1 or more");
        }
        if (Measuring.mustWait(0)) {
            return 1;
        }
        PrintWriter out = command.commandLine().getOut();
        boolean holds = true;
        try (PacedMeasure measure = new PacedMeasure(FORKS, 3 * runs, "coverage")) {
            List<Known> all = known(measure);
            System.err.printf(Locale.ROOT, "%d runs of each of %d configurations, about %d s%n", runs, all.size(),
                measure.millis(all.stream().map(Known::point).toList()) * runs / 1000);
            List<Tally> tallies = new ArrayList<>();
            for (Known known : all) {
                Tally tally = new Tally();
                for (int run = 1; run <= runs; run++) {
                    byte[] json = measure.json(known.point(), known.name());
                    measure.done(known.name() + ", run " + run + ": " + tell(known, RunFolder.row(json), tally) + medians(known, json));
                }
                tallies.add(tally);
                holds &= tally.holds(runs);
                out.printf(Locale.ROOT, "%-10s truth %7.1f ns per page, mean of runs %7.1f (%+.1f %%), widest bound %4.1f %%: "
                    + "inside in %d of %d%s%s%n", known.name(), known.truth(), tally.mean(runs),
                    100 * (tally.mean(runs) / known.truth() - 1), 100 * tally.widest, tally.inside, tally.figures(runs),
                    tally.refused == 0 ? "" : ", " + tally.refused + " refused", tally.holds(runs) ? "" : ", TOO FEW");
                out.flush();
            }
            out.printf(Locale.ROOT, "messages half as long: %.1f ns less a page, and should be %.1f%n",
                tallies.get(0).mean(runs) - tallies.get(1).mean(runs), all.get(0).truth() - all.get(1).truth());
            out.flush();
            return holds ? 0 : 1;
        } catch (RunnerException | BadRunException failure) {
            System.err.println("salvo: not measured: " + Sweep.rootMessage(failure));
            return Sweep.exitCode(failure);
        }
    }

    /** Counts a run. Returns what is said of it. */
    private static String tell(Known known, Row row, Tally tally) {
        if (row.refused(known.figure()) != null) {
            tally.refused++;
            return "refused: " + row.refused(known.figure()).words();
        }
        double measured = known.nanos(row.value(known.figure()));
        double one = known.nanos(row.interval(known.figure()).low());
        double other = known.nanos(row.interval(known.figure()).high());
        double low = Math.min(one, other);
        double high = Math.max(one, other);
        boolean within = low <= known.truth() && known.truth() <= high;
        tally.inside += within ? 1 : 0;
        tally.sum += measured;
        tally.widest = Math.max(tally.widest, Math.max(measured - low, high - measured) / measured);
        return String.format(Locale.ROOT, "%.1f, from %.1f to %.1f, %s, truth %.1f: %s", measured, low, high,
            row.paced().straightness().word(), known.truth(), within ? "inside" : "OUTSIDE");
    }

    /** The median fork at each dilation, so that one can see the line. */
    private static String medians(Known known, byte[] json) {
        StringBuilder medians = new StringBuilder("; medians");
        for (JsonNode result : JsonMapper.shared().readTree(json)) {
            double[] forks = StreamSupport.stream(result.path("secondaryMetrics").path(known.figure().metric()).path("rawData")
                .spliterator(), false).mapToDouble(fork -> known.nanos(fork.get(0).asDouble())).sorted().toArray();
            medians.append(String.format(Locale.ROOT, " %.1f at D %s", forks[forks.length / 2],
                result.path("params").path("dilation").asString()));
        }
        return medians.toString();
    }

    private static List<Known> known(PacedMeasure measure) {
        List<Known> known = new ArrayList<>();
        for (String profile : new String[] {IDLE, HALVED}) {
            ExperimentSpec point = measure.dilated(List.of(
                PacedMeasure.point(profile, CORES, 1, Strategy.SYNC, LIST, Workload.SEED))).get(0);
            known.add(new Known(profile.equals(IDLE) ? "idle" : "halved", point, page(point.pacing().profile()),
                Figure.NS_PER_PAGE));
        }
        ExperimentSpec point = measure.dilated(List.of(
            PacedMeasure.point(SATURATED, CORES, CORES, Strategy.SYNC, LIST, Workload.MUNMAP))).get(0);
        known.add(new Known("saturated", point, saturated(point.pacing().profile()), Figure.PAGES_PER_SECOND));
        return known;
    }

    /** A TLBI a page and a Sync for all of them, of every core, one after another: from one munmap to the next. */
    private static double saturated(HardwareProfile profile) {
        return CORES * ClosedForm.distribution(profile, CORES) * (MunmapLoop.PAGES + 1) / MunmapLoop.PAGES;
    }

    /** A page that is paged out by one sender: a walk and a fault, then unmapped, flushed, written out and freed. */
    private static double page(HardwareProfile profile) {
        double software = 0;
        for (Step step : new Step[] {Step.FAULT, Step.UNMAP, Step.ZRAM_WRITE, Step.FREE}) {
            software += profile.software().get(step.key()).value();
        }
        return software + profile.nanos(Cost.WALK) + profile.nanos(Cost.DSB_ISHST)
            + ClosedForm.idleShootdown(profile, CORES);
    }
}
