package dev.salvo.jmh.cli;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A part of a sweep that is shared among machines: every nth group of points that are compared with each other, those that
 * differ in nothing but strategy and batch, so that a gain is never a quotient of two machines' times. The same for the same
 * options, whoever asks.
 *
 * @param which which part, 1..of
 * @param of    how many there are
 */
record Shard(int which, int of) {
    private static final int MOST = 10_000;
    private static final Pattern WORD = Pattern.compile("([0-9]{1,5})/([0-9]{1,5})");

    /** The points that are this part's: none, if there are fewer groups than parts. */
    List<ExperimentSpec> of(List<ExperimentSpec> points) {
        Map<Point, Integer> groups = new HashMap<>();
        List<ExperimentSpec> mine = new ArrayList<>();
        for (ExperimentSpec point : points) {
            int group = groups.computeIfAbsent(butStrategyAndBatch(point), first -> groups.size());
            if (group % of == which - 1) {
                mine.add(point);
            }
        }
        return mine;
    }

    /** What the points of a group have in common; no mechanism need have such a kernel. */
    static Point butStrategyAndBatch(ExperimentSpec point) {
        return point.point().with(Axis.STRATEGY, Strategy.SYNC).with(Axis.BATCH, ExperimentSpec.SEED_BATCH);
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return which + "/" + of;
    }

    /** Reads I/N. */
    static final class Converter implements ITypeConverter<Shard> {
        @Override
        public Shard convert(String word) {
            Matcher parts = WORD.matcher(word);
            if (parts.matches()) {
                int which = Integer.parseInt(parts.group(1));
                int of = Integer.parseInt(parts.group(2));
                if (which >= 1 && which <= of && of <= MOST) {
                    return new Shard(which, of);
                }
            }
            throw new TypeConversionException("'" + word + "': must be I/N, from 1/N to N/N, N at most " + MOST);
        }
    }
}
