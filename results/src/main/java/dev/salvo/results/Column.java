package dev.salvo.results;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A column of a table of rows of one clock.
 *
 * @param head      its heading
 * @param toTheLeft whether it is of words, and not of figures
 * @param cell      what stands in a row
 * @param where     a table with such a row has the column
 * @param notes     what is said of it below the table, of all its rows; paragraphs, or none
 */
record Column(String head, boolean toTheLeft, Function<Row, String> cell, Predicate<Row> where,
        Function<List<Row>, List<String>> notes) {
    /** A column that every table has, and of which nothing is said. */
    static Column of(String head, boolean toTheLeft, Function<Row, String> cell) {
        return new Column(head, toTheLeft, cell, row -> true, rows -> List.of());
    }

    boolean isIn(List<Row> rows) {
        return rows.stream().anyMatch(where);
    }
}
