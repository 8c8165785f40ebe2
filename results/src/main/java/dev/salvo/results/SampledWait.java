package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What a profiler saw of the waiting at a point, held against the point's own JVMs, which nobody sampled: the share of the
 * samples that are in a DSB beside the share of the split, and what a page took while it was sampled beside what it takes.
 *
 * <p>Both shares are of the same thing, the program's time from the entry of {@code Core.dsb} to its return, whether the core
 * runs, yields or sleeps in it. They differ because sampling is work: every signal makes a core's turn longer, and the sender
 * waits for the turns of all cores, while its own path is as long as ever. How many times as long a page took says by how
 * much.
 *
 * @param row       the point as it was measured
 * @param samples   of the senders' program, by wall-clock
 * @param share     of them in a DSB, 0..1
 * @param nsPerPage what a page took in the JVM that was sampled
 */
public record SampledWait(Row row, long samples, double share, double nsPerPage) {
    private static final String WALL = "wall";
    private static final int WIDTH = 120;

    /**
     * The part of a program's samples that are in a DSB.
     *
     * @param program its stacks
     * @return 0..1; NaN if there are no samples
     */
    public static double share(Stacks program) {
        return (double) program.inclusive(KernelFrame.DSB::is) / program.samples();
    }

    /**
     * What was sampled of a run's points.
     *
     * @param run  the run
     * @param rows what {@link RunFolder#rows} returned
     * @return in the order in which it was sampled; empty if the run does not tell, as older ones do not
     * @throws BadRunException if the file that tells is damaged
     */
    public static List<SampledWait> of(RunFolder run, List<Row> rows) {
        Path file = run.frames();
        if (!Files.exists(file)) {
            return List.of();
        }
        JsonNode entries = Json.tree(Json.bytes(file), file);
        if (!entries.isArray()) {
            throw damaged(file, "it is no array");
        }
        List<SampledWait> sampled = new ArrayList<>();
        for (JsonNode entry : entries) {
            double nsPerPage = entry.path("nsPerPage").asDouble(Double.NaN);
            long samples = entry.path("samples").asLong(-1);
            if (!(nsPerPage > 0) || samples < 0 || !entry.path("frames").isArray()) {
                throw damaged(file, "nsPerPage is " + Text.quoted(entry.path("nsPerPage").toString()) + ", samples "
                    + Text.quoted(entry.path("samples").toString()));
            }
            if (samples > 0 && entry.path("used").asString("").equals(WALL)) {
                rows.stream().filter(row -> row.paced() == null && isOf(entry, row.point()))
                    .forEach(row -> sampled.add(new SampledWait(row, samples, share(entry), nsPerPage)));
            }
        }
        return List.copyOf(sampled);
    }

    private static BadRunException damaged(Path file, String what) {
        return new BadRunException(file + ": " + what + "; accepted: what flame --json writes");
    }

    /** Whether an entry is of a point: an axis that it does not name is where it is if nothing is said. */
    private static boolean isOf(JsonNode entry, Point point) {
        for (Axis axis : Axis.values()) {
            boolean agrees = entry.has(axis.key()) ? entry.get(axis.key()).asString("").equals(point.value(axis))
                : !axis.isSaidOf(List.of(point));
            if (!agrees) {
                return false;
            }
        }
        return true;
    }

    private static double share(JsonNode entry) {
        for (JsonNode frame : entry.get("frames")) {
            if (frame.path("frame").asString("").equals(KernelFrame.DSB.frame())) {
                return frame.path("inclusive").asDouble(Double.NaN);
            }
        }
        return 0;
    }

    /**
     * How many times as long a page took while it was sampled.
     *
     * @return above 1: sampling made it slower
     */
    public double slowdown() {
        return nsPerPage / row.nsPerPage().mean();
    }

    /** The part of the split that is waiting, 0..1; NaN if the split is not known. */
    double splitShare() {
        return row.value(Figure.WAIT_NS_PER_PAGE) / row.value(Figure.SPLIT_NS_PER_PAGE);
    }

    /**
     * Whether a page took so long while it was sampled that this is no figure of the point.
     *
     * @return whether it is outside the interval of the point's mean; false if there is none
     */
    public boolean changed() {
        Interval interval = row.nsPerPageError();
        return interval.known() && (nsPerPage < interval.low() || nsPerPage > interval.high());
    }

    /** In one sentence, without which point it is of. */
    String words() {
        Interval interval = row.nsPerPageError();
        double mean = row.nsPerPage().mean();
        String words = "waiting: " + Figures.percent(share) + " of " + samples + " samples, " + Figures.percent(splitShare())
            + " of the split. A page took " + Figures.time(nsPerPage) + " while it was sampled and "
            + (Figures.time(mean) + ' ' + Figures.error(mean, interval)).strip() + " in the point's own JVMs: "
            + Figures.ratio(slowdown());
        return words + (!interval.known() ? "; whether that is the sampling's doing cannot be told without an interval."
            : !changed() ? ", within their interval."
            : isOfOneOfThem() ? ", outside the interval of their mean, though single ones of them took as much or as little."
            : ", outside their interval. Sampling changed the figure: besides waiting a page took "
                + Figures.time(nsPerPage * (1 - share)) + " sampled and " + Figures.time(besides()) + " by the split.");
    }

    /** Whether one of the point's JVMs could have taken so long: a mean's interval is narrower than its JVMs scatter. */
    private boolean isOfOneOfThem() {
        return row.rounds() != null && Arrays.stream(row.rounds().nsPerPage().figures()).min().orElseThrow() <= nsPerPage
            && nsPerPage <= Arrays.stream(row.rounds().nsPerPage().figures()).max().orElseThrow();
    }

    private double besides() {
        return row.value(Figure.SPLIT_NS_PER_PAGE) - row.value(Figure.WAIT_NS_PER_PAGE);
    }

    /** The point, in few words. */
    String of() {
        return row.point().described(Set.of());
    }

    /**
     * What sampling showed and changed, a paragraph for each point.
     *
     * @param sampled what was sampled
     * @param style   what the screen can show
     * @return lines, the last one ended too; empty if nothing was sampled
     */
    public static String text(List<SampledWait> sampled, TerminalStyle style) {
        return sampled.stream().flatMap(each -> Text.wrapped(style.letters("flame: " + each.of() + ": " + each.words()), WIDTH)
            .stream()).map(line -> line + '\n').collect(Collectors.joining());
    }
}
