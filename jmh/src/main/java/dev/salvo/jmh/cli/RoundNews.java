package dev.salvo.jmh.cli;

import dev.salvo.jmh.RoundRunner;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a person is told while points are measured in rounds, whatever points are.
 *
 * @param <P> what is measured
 */
final class RoundNews<P> {
    private static final int MOST_SAID = 3;

    private final RoundRunner.Goal goal;
    private final Function<P, String> words;
    private final String comparison;

    /**
     * Of rounds with a goal.
     *
     * @param words      a point's
     * @param comparison what a point is held against another for: its gain, say
     */
    RoundNews(RoundRunner.Goal goal, Function<P, String> words, String comparison) {
        this.goal = goal;
        this.words = words;
        this.comparison = comparison;
    }

    /** Says so if the rounds that are made in any case take longer than the budget. */
    void warnOfBudget(double roundSeconds, PrintStream person) {
        if (!goal.budget().isZero() && roundSeconds * goal.least() > goal.budget().toSeconds()) {
            person.printf(Locale.ROOT, "  beware: %d rounds take about %.0f s, more than the budget of %s; they are made all the "
                + "same%n", goal.least(), roundSeconds * goal.least(), RoundOptions.words(goal.budget()));
        }
    }

    /** A round begins, of so many points. */
    void begins(int number, int points, long seconds, SweepProgress progress) {
        progress.now("round " + number + ", " + points + (points == 1 ? " point" : " points"));
        progress.println("# Round " + number + ": " + points + " points, about " + seconds + " s");
    }

    /** A round is over, and so much is left of the budget. */
    void ended(int number, List<RoundRunner.Wide<P>> wide, long seconds, SweepProgress progress) {
        String left = goal.budget().isZero() ? "" : seconds > 0 ? ", " + RoundOptions.words(Duration.ofSeconds(seconds)) + " left"
            : ", the budget is spent";
        boolean isEarly = wide.stream().anyMatch(each -> Double.isInfinite(each.halfWidth()));
        String figures = goal.precision() == 0 || isEarly ? "" : wide.isEmpty() ? ": all is known as well as was asked"
            : ": still wide: " + wide.stream().limit(MOST_SAID).map(this::said).collect(Collectors.joining("; "))
                + (wide.size() > MOST_SAID ? "; and " + (wide.size() - MOST_SAID) + " more" : "");
        progress.done("round " + number + left + figures);
        progress.now("round " + number + left + (figures.isEmpty() ? "" : ", " + wide.size() + " wide"));
    }

    private String said(RoundRunner.Wide<P> wide) {
        return String.format(Locale.ROOT, "%s%s ± %.0f %%%s", words.apply(wide.point()), wide.compared() ? ", " + comparison : "",
            100 * wide.halfWidth(), wide.halfWidth() <= goal.precision() ? ", to be confirmed" : "");
    }
}
