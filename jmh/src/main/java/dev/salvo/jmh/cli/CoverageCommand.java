package dev.salvo.jmh.cli;

import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.results.BadRunException;
import dev.salvo.results.Figure;
import dev.salvo.results.Row;
import dev.salvo.workloads.kernel.Step;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.MunmapLoop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
            + "number",
        "",
        "The check fails if the truth is outside in more than one of ten runs. Twenty runs take about an hour.",
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

    @Option(names = "--runs", paramLabel = "N", defaultValue = "20",
        description = "Runs of each configuration. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Spec
    private CommandSpec command;

    /** One configuration and what it must come to. */
    private record Known(String name, ExperimentSpec point, double truth) {
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
            double[] means = new double[all.size()];
            for (int i = 0; i < all.size(); i++) {
                Known known = all.get(i);
                int inside = 0;
                double widest = 0;
                for (int run = 0; run < runs; run++) {
                    Row row = measure.row(known.point(), known.name());
                    double measured = row.nsPerPage().mean();
                    double bound = row.bound(Figure.NS_PER_PAGE) * measured;
                    boolean within = Math.abs(measured - known.truth()) <= bound;
                    inside += within ? 1 : 0;
                    widest = Math.max(widest, bound / measured);
                    means[i] += measured / runs;
                    measure.done(String.format(Locale.ROOT, "%s, run %d: %.1f ± %.1f, truth %.1f: %s", known.name(), run + 1,
                        measured, bound, known.truth(), within ? "inside" : "OUTSIDE"));
                }
                boolean enough = inside * 10 >= runs * 9;
                holds &= enough;
                out.printf(Locale.ROOT, "%-10s truth %7.1f ns per page, mean of runs %7.1f, widest bound %4.1f %%: "
                    + "inside in %d of %d%s%n", known.name(), known.truth(), means[i], 100 * widest, inside, runs,
                    enough ? "" : ", TOO FEW");
                out.flush();
            }
            out.printf(Locale.ROOT, "messages half as long: %.1f ns less a page, and should be %.1f%n", means[0] - means[1],
                all.get(0).truth() - all.get(1).truth());
            out.flush();
            return holds ? 0 : 1;
        } catch (RunnerException | BadRunException failure) {
            System.err.println("salvo: not measured: " + Sweep.rootMessage(failure));
            return Sweep.exitCode(failure);
        }
    }

    private static List<Known> known(PacedMeasure measure) {
        List<Known> known = new ArrayList<>();
        for (String profile : new String[] {IDLE, HALVED}) {
            ExperimentSpec point = measure.dilated(List.of(
                PacedMeasure.point(profile, CORES, 1, Strategy.SYNC, LIST, Workload.SEED))).get(0);
            known.add(new Known(profile.equals(IDLE) ? "idle" : "halved", point, page(point.pacing().profile())));
        }
        ExperimentSpec point = measure.dilated(List.of(
            PacedMeasure.point(SATURATED, CORES, CORES, Strategy.SYNC, LIST, Workload.MUNMAP))).get(0);
        known.add(new Known("saturated", point, saturated(point.pacing().profile())));
        return known;
    }

    /** A TLBI a page and a Sync for all of them, of every core, one after another. */
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
