package dev.salvo.results;

import dev.salvo.point.ClockKind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How a {@link Figure} is measured, read and shown. Built once, when the figures are: {@link #measured} or {@link #made},
 * then whatever is not as usual. What is said of a clock is said of both where none is named; {@link #where} and the notes
 * are of the columns named before them.
 */
final class Description {
    private final String unit;
    private final Measure measure;
    private final Reading reading;
    private final Function<Row, Object> made;
    private final Map<ClockKind, ToDoubleFunction<JmhResult>> missing = new EnumMap<>(ClockKind.class);
    private final Map<ClockKind, Shown> shown = new EnumMap<>(ClockKind.class);
    private Set<ClockKind> clocks = EnumSet.allOf(ClockKind.class);
    private Range range = Range.ANY;
    private DoubleFunction<String> format;
    private boolean distribution;
    private boolean bounded;
    private boolean ofRounds;
    private boolean boundedInRounds;
    private String metric;

    /** A column as far as it has been described. */
    private static final class Shown {
        private final String head;
        private final boolean toTheLeft;
        private final Function<Row, String> cell;
        private Predicate<Row> where;
        private Function<List<Row>, List<String>> notes = rows -> List.of();

        Shown(String head, boolean toTheLeft, Function<Row, String> cell) {
            this.head = head;
            this.toTheLeft = toTheLeft;
            this.cell = cell;
        }
    }

    private Description(String unit, Measure measure, Reading reading, Function<Row, Object> made) {
        this.unit = unit;
        this.measure = measure;
        this.reading = reading;
        this.made = made;
    }

    /** Of a figure that the benchmark reports, as a metric of the figure's key: in a unit, from a result of a measure. */
    static Description measured(String unit, Measure measure, Reading reading) {
        return new Description(unit, measure, reading, null);
    }

    /** Of a figure that is made of others of the row. */
    static Description made(Function<Row, Object> made) {
        return new Description("", null, null, made);
    }

    /** From a metric of another name than the key. */
    Description readFrom(String name) {
        metric = name;
        return this;
    }

    /** Which values it may have. */
    Description within(Range accepted) {
        range = accepted;
        return this;
    }

    /** Percentiles of a histogram, whose mean is the figure. */
    Description distribution() {
        distribution = true;
        return this;
    }

    /** Rows of the other clock have none. */
    Description only(ClockKind clock) {
        clocks = EnumSet.of(clock);
        return this;
    }

    /** Not known in the runs of a clock that do not have it: those from before it was measured. */
    Description unknownIfMissing(ClockKind... of) {
        return ifMissing(result -> Double.NaN, of);
    }

    /** What it is in the runs of a clock that do not have it. Where that is not told, they are refused. */
    Description ifMissing(ToDoubleFunction<JmhResult> instead, ClockKind... of) {
        Arrays.stream(of).forEach(clock -> missing.put(clock, instead));
        return this;
    }

    /** Only of rows that know their rounds: a file without such a row has no such key, and a table no such column. */
    Description ofRounds() {
        ofRounds = true;
        return this;
    }

    /** How people read it. */
    Description format(DoubleFunction<String> text) {
        format = text;
        return this;
    }

    /** On the paced clock it is never shown without how far off it may be. */
    Description bounded() {
        bounded = true;
        return this;
    }

    /** The same where forks of one round can be held against each other: only there it has a bound of its own. */
    Description boundedInRounds() {
        boundedInRounds = true;
        return this;
    }

    /** Has a column, of the formatted figure. */
    Description column(String head) {
        return column(head, null);
    }

    /** The same, on one clock. */
    Description column(ClockKind clock, String head) {
        return column(clock, head, null);
    }

    /** Has a column of cells of its own. */
    Description column(String head, Function<Row, String> cell) {
        clocks.forEach(clock -> column(clock, head, cell));
        return this;
    }

    /** The same, on one clock. */
    Description column(ClockKind clock, String head, Function<Row, String> cell) {
        shown.put(clock, new Shown(head, false, cell));
        return this;
    }

    /** Has a column of words, to the left, on one clock. */
    Description words(ClockKind clock, String head, Function<Row, String> cell) {
        shown.put(clock, new Shown(head, true, cell));
        return this;
    }

    /** A table has the column if it has such a row; otherwise where a row's figure is known, if runs may lack it. */
    Description where(Predicate<Row> row) {
        shown.values().forEach(column -> column.where = row);
        return this;
    }

    /** What is said below a table that has the column. */
    Description note(String note) {
        return notes(rows -> List.of(note));
    }

    /** The same, on one clock. */
    Description note(ClockKind clock, String note) {
        return notes(clock, rows -> List.of(note));
    }

    /** What is said below a table that has the column, of its rows. */
    Description notes(Function<List<Row>, List<String>> notes) {
        shown.keySet().forEach(clock -> notes(clock, notes));
        return this;
    }

    /** The same, on one clock. */
    Description notes(ClockKind clock, Function<List<Row>, List<String>> notes) {
        shown.get(clock).notes = notes;
        return this;
    }

    boolean isMeasured() {
        return made == null;
    }

    String unit() {
        return unit;
    }

    String metric(String key) {
        return Objects.requireNonNullElse(metric, key);
    }

    Measure measure() {
        return measure;
    }

    Reading reading() {
        return reading;
    }

    Range range() {
        return range;
    }

    boolean isDistribution() {
        return distribution;
    }

    boolean isBounded(boolean inRounds) {
        return bounded || boundedInRounds && inRounds;
    }

    boolean isOfRounds() {
        return ofRounds;
    }

    Set<ClockKind> clocks() {
        return clocks;
    }

    /** Null if a run that lacks it is to be refused. */
    ToDoubleFunction<JmhResult> missing(ClockKind clock) {
        return missing.get(clock);
    }

    Object made(Row row) {
        return made.apply(row);
    }

    String format(double value) {
        return format.apply(value);
    }

    /**
     * The columns by clock.
     *
     * @param cell  of those that have no cells of their own
     * @param known whether the figure of a row is
     */
    Map<ClockKind, Column> columns(Function<Row, String> cell, Predicate<Row> known) {
        Map<ClockKind, Column> columns = new EnumMap<>(ClockKind.class);
        shown.forEach((clock, column) -> columns.put(clock, new Column(column.head, column.toTheLeft,
            Objects.requireNonNullElse(column.cell, cell), column.where != null ? column.where
            : ofRounds || missing.containsKey(clock) ? known : row -> true, column.notes)));
        return columns;
    }
}
