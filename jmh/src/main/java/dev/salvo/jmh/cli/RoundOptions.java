package dev.salvo.jmh.cli;

import dev.salvo.jmh.RoundRunner;
import dev.salvo.results.Replicates;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say how long to go on measuring, and how well figures are to be known. */
final class RoundOptions {
    static final String PRECISION = "--precision";
    static final String BUDGET = "--budget";

    private static final double USUAL_PRECISION = 0.10;
    private static final Duration USUAL_BUDGET = Duration.ofMinutes(5);
    private static final int MOST_DIGITS = 5;
    private static final Pattern PER_CENT = Pattern.compile("([0-9]{1,3}(?:[.][0-9]{1,3})?) ?%");
    private static final Pattern TIME = Pattern.compile("(?:([0-9]{1," + MOST_DIGITS + "})h)?(?:([0-9]{1," + MOST_DIGITS
        + "})m)?(?:([0-9]{1," + MOST_DIGITS + "})s)?");

    @Option(names = PRECISION, paramLabel = "SHARE",
        description = "Go on until every mean and every gain is known so well: half the width of its 95 %% interval, as a share of "
            + "it. Default: 10%%.")
    private String precision;

    @Option(names = BUDGET, paramLabel = "TIME",
        description = "But no longer than this (90s, 5m, 1h30m), as soon as every point has three replicates. Default: 5m.")
    private String budget;

    @Option(names = "--more", description = "With --resume: add replicates to a run that is whole, for another budget.")
    private boolean more;

    /** Made by picocli. */
    RoundOptions() {
    }

    /** Whether replicates are added to a run that is whole. */
    boolean more() {
        return more;
    }

    /** What was said, as words of a command line. */
    List<String> words() {
        return Stream.of(precision == null ? List.<String>of() : List.of(PRECISION, precision),
            budget == null ? List.<String>of() : List.of(BUDGET, budget), more ? List.of("--more") : List.<String>of())
            .flatMap(List::stream).toList();
    }

    /**
     * Refuses them where they mean nothing.
     *
     * @param with what they do not go with
     * @throws BadInput if one was given
     */
    void refuse(String with) {
        if (precision != null || budget != null) {
            throw new BadInput((precision != null ? PRECISION + ' ' + precision : BUDGET + ' ' + budget) + ": does not go with "
                + with + ", which says how much is measured");
        }
    }

    /**
     * What was asked for.
     *
     * @param exactly replicates, if a number of them was asked for; 0 if not
     * @throws BadInput if an option cannot be used
     */
    RoundRunner.Goal goal(int exactly) {
        if (exactly > 0) {
            return new RoundRunner.Goal(exactly, more, 0, Duration.ZERO);
        }
        return new RoundRunner.Goal(more ? 1 : Replicates.ENOUGH, more,
            precision != null ? share(precision) : more ? 0 : USUAL_PRECISION, budget != null ? time(budget) : USUAL_BUDGET);
    }

    /**
     * What {@value #PRECISION} says.
     *
     * @throws BadInput if that is no share
     */
    static double share(String word) {
        Matcher number = PER_CENT.matcher(word);
        double share = number.matches() ? Double.parseDouble(number.group(1)) / 100 : 0;
        if (!(share > 0 && share <= 1)) {
            throw new BadInput(PRECISION + ' ' + word + ": must be per cent, above 0% and at most 100%");
        }
        return share;
    }

    /**
     * What {@value #BUDGET} says.
     *
     * @throws BadInput if that is no time
     */
    static Duration time(String word) {
        Matcher parts = TIME.matcher(word);
        Duration time = Duration.ZERO;
        if (parts.matches()) {
            time = Duration.ofHours(number(parts.group(1))).plusMinutes(number(parts.group(2)))
                .plusSeconds(number(parts.group(3)));
        }
        if (time.isZero()) {
            throw new BadInput(BUDGET + ' ' + word + ": must be a time such as 90s, 5m or 1h30m");
        }
        return time;
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** A time as it is written on the command line. */
    static String words(Duration time) {
        return (time.toHours() > 0 ? time.toHours() + "h" : "") + (time.toMinutesPart() > 0 ? time.toMinutesPart() + "m" : "")
            + (time.toSecondsPart() > 0 || time.isZero() ? time.toSecondsPart() + "s" : "");
    }
}
