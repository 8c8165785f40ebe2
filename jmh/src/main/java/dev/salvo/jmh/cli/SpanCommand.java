package dev.salvo.jmh.cli;

import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HardwareProfile.Origin;
import dev.salvo.engine.clock.HardwareProfiles;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.results.BadRunException;
import dev.salvo.results.Row;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code salvo profiles span}: how much of a result rests on each guess. */
@Command(
    name = "span",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Halves and doubles every assumed number of a profile, one at a time, and measures what becomes of the result: "
            + "how much of it rests on that guess. Numbers that are 0 are left out; those that the workload has no use "
            + "for show a span of nothing but this host's noise.",
        "",
        "  salvo profiles span kunpeng-920 --cores 128        half an hour or more",
        "  salvo profiles span snapdragon-888 --strategy batched",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured", "1:a point could not be measured, or the JSON file not be written; or "
        + "another run is measuring",
        "2:an option cannot be used, or nothing can be measured on this host: one line says why"})
final class SpanCommand implements Callable<Integer> {
    /** Pages of a list: a page takes what a page takes, and there are many points. */
    private static final int LIST = 16;

    @Parameters(paramLabel = "NAME|FILE", description = "The profile.")
    private String profile;

    @Option(names = "--cores", paramLabel = "N", description = "How many cores are carried. Default: 8, or all if fewer.")
    private Integer cores;

    @Option(names = "--senders", paramLabel = "N", defaultValue = "1", description = "Senders. Default: ${DEFAULT-VALUE}.")
    private int senders;

    @Option(names = "--strategy", paramLabel = "S", defaultValue = "sync",
        completionCandidates = AxisWords.Strategies.class,
        description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Strategy strategy;

    @Option(names = "--workload", paramLabel = "W", defaultValue = "seed",
        completionCandidates = AxisWords.Workloads.class,
        description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, in lists of " + LIST + " pages.")
    private Workload workload;

    @Option(names = "--forks", paramLabel = "N", defaultValue = "3",
        description = "JVMs for each number and dilation, of which the median counts: with one, a JVM that the host "
            + "disturbs looks like a number that matters. Default: ${DEFAULT-VALUE}.")
    private int forks;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to FILE, replacing it.")
    private Path json;

    @Spec
    private CommandSpec command;

    /** What one number does. NaN where it could not be halved or doubled, or the result was refused. */
    private record Span(String key, double value, double halved, double doubled) {
        double width(double usual) {
            return (Math.max(usual, Math.max(orLess(halved), orLess(doubled)))
                - Math.min(usual, Math.min(orMore(halved), orMore(doubled)))) / usual;
        }

        private static double orLess(double figure) {
            return Double.isNaN(figure) ? Double.NEGATIVE_INFINITY : figure;
        }

        private static double orMore(double figure) {
            return Double.isNaN(figure) ? Double.POSITIVE_INFINITY : figure;
        }
    }

    /** Made by picocli. */
    SpanCommand() {
    }

    @Override
    public Integer call() {
        if (json != null) {
            OutputFile.check("--json", json);
        }
        if (forks < 1) {
            throw new BadInput("--forks " + forks + ": must be 1 or more");
        }
        HardwareProfile usual = ClockOptions.pacing(profile).profile();
        if (json != null) {
            OutputFile.checkIsNotRead("--json", json, HardwareProfiles.file(profile).stream().toList());
        }
        if (profile.contains("=")) {
            throw new BadInput("span " + profile + ": it changes one number at a time itself; accepted is a profile without a "
                + "what-if");
        }
        int many = cores != null ? cores : Math.min(8, usual.cores());
        List<String> keys = usual.quantities().entrySet().stream()
            .filter(number -> number.getValue().origin() == Origin.ASSUMED && number.getValue().value() > 0)
            .map(Map.Entry::getKey).toList();
        if (Measuring.mustWait(many)) {
            return 1;
        }
        try (PacedMeasure measure = new PacedMeasure(forks, 1 + 2 * keys.size(), "span")) {
            ExperimentSpec base = measure.dilated(List.of(point(profile, many))).get(0);
            System.err.printf(Locale.ROOT, "%d numbers, about %d s%n", keys.size(),
                measure.millis(List.of(base)) * (1 + 2 * keys.size()) / 1000);
            double usually = usual(measure.row(base, usual.name()));
            List<Span> spans = new ArrayList<>();
            for (String key : keys) {
                double value = usual.quantities().get(key).value();
                double halved = figure(measure, base, key, 0.5, many);
                double doubled = figure(measure, base, key, 2, many);
                spans.add(new Span(key, value, halved, doubled));
                measure.done(String.format(Locale.ROOT, "%s: %.1f and %.1f, usually %.1f", key, halved, doubled, usually));
            }
            spans.sort(Comparator.comparingDouble((Span span) -> -span.width(usually)));
            return show(usual, base, usually, spans) ? 0 : 1;
        } catch (RunnerException | BadRunException failure) {
            System.err.println("salvo: not measured: " + Sweep.rootMessage(failure));
            return Sweep.exitCode(failure);
        }
    }

    private ExperimentSpec point(String which, int many) {
        return PacedMeasure.point(which, many, senders, strategy, LIST, workload);
    }

    /** NaN if the number may not be so small or large. */
    private double figure(PacedMeasure measure, ExperimentSpec base, String key, double factor, int many)
        throws RunnerException {
        String changed = profile + ':' + key + '=' + (factor == 2 ? "2" : "0.5");
        ExperimentSpec point;
        try {
            point = point(changed, many);
        } catch (BadInput outOfItsRange) { // a count that may not be halved, for instance
            return Double.NaN;
        }
        Row row = measure.row(point.with(point.pacing().at(base.pacing().dilation())), changed);
        if (row.refused(row.mainFigure()) != null) {
            measure.done(changed + ": refused, " + row.refused(row.mainFigure()).words());
        }
        return row.value(row.mainFigure());
    }

    /** What all others are held against. */
    private static double usual(Row row) {
        if (row.refused(row.mainFigure()) != null) {
            throw new BadRunException("the profile as it is: refused, " + row.refused(row.mainFigure()).words());
        }
        return row.value(row.mainFigure());
    }

    /** Returns whether the file that was asked for was written, too. */
    private boolean show(HardwareProfile of, ExperimentSpec base, double usually, List<Span> spans) {
        PrintWriter out = command.commandLine().getOut();
        out.println();
        out.printf(Locale.ROOT, "%s, %s: %.4g %s, emulated%n%n", of.name(), Axes.describe(base), usually, workload.mainFigure().unit());
        out.printf(Locale.ROOT, "%-14s %10s %12s %12s %8s%n", "assumed", "value", "if halved", "if doubled", "span");
        for (Span span : spans) {
            out.printf(Locale.ROOT, "%-14s %10s %12s %12s %7.1f%%%n", span.key(), text(span.value()), text(span.halved()),
                text(span.doubled()), 100 * span.width(usually));
        }
        out.println();
        out.println("span: from the least to the greatest of the three results, as a share of the usual one.");
        out.println("What a number that the workload has no use for shows is this host's noise, and the others have as much.");
        out.flush();
        if (json == null) {
            return true;
        }
        ArrayNode all = JsonMapper.shared().createArrayNode();
        for (Span span : spans) {
            ObjectNode node = all.addObject().put("key", span.key()).put("value", span.value()).put("result", usually);
            put(node, "halved", span.halved());
            put(node, "doubled", span.doubled());
            node.put("span", span.width(usually));
        }
        return OutputFile.writeBeside("--json", json, JsonMapper.shared().writeValueAsString(all) + "\n");
    }

    private static void put(ObjectNode node, String key, double figure) {
        if (Double.isNaN(figure)) {
            node.putNull(key);
        } else {
            node.put(key, figure);
        }
    }

    private static String text(double figure) {
        return Double.isNaN(figure) ? "-" : String.format(Locale.ROOT, figure < 100 ? "%.3g" : "%.0f", figure);
    }
}
