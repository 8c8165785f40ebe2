package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void noTwoHaveAKey() {
        List<String> keys = Arrays.stream(Figure.values()).map(Figure::key).filter(key -> !key.isEmpty()).toList();
        assertEquals(keys.stream().distinct().toList(), keys);
    }

    @Test
    void whatIsMeasuredHasAMetricAndAUnitAndNothingElseHas() {
        List<Figure> measured = Stream.of(Point.Clock.values()).flatMap(clock -> Figure.measuredOn(clock).stream()).toList();
        for (Figure figure : Figure.values()) {
            assertEquals(measured.contains(figure), !figure.metric().isEmpty(), figure.name());
            assertEquals(measured.contains(figure), !figure.unit().isEmpty(), figure.name());
        }
    }

    /** A column that is described and does not stand among the others would be shown by nobody. */
    @Test
    void everyColumnThatIsDescribedIsShownWhereARowHasIt() {
        List<Row> ofNative = List.of(MadeUp.point().param("workload", "protect").loaded("own", 1, 2).score("wakeUps", 5).row());
        List<Row> paced = List.of(MadeUp.paced("a", 1000, 0).param("workload", "protect").param("load", "own").victims(2, 0)
            .row());
        for (List<Row> rows : List.of(ofNative, paced)) {
            long described = Arrays.stream(Figure.values())
                .filter(figure -> figure.read().columns(row -> "", row -> true).containsKey(rows.get(0).point().clock())).count();
            assertEquals(described, Figure.columns(rows).size());
        }
    }

    @Test
    void aFigureThatRunsMayLackHasNoColumnOfDashes() {
        Description old = Description.measured("1/page", Measure.TOTAL, Reading.SCORE).unknownIfMissing(Point.Clock.NATIVE)
            .column("refusals");
        List<Row> rows = List.of(MadeUp.point().row());
        assertFalse(old.columns(row -> "-", row -> false).get(Point.Clock.NATIVE).isIn(rows));
        assertTrue(old.columns(row -> "7", row -> true).get(Point.Clock.NATIVE).isIn(rows));
    }

    @Test
    void headsOfATableAreDifferentAndNoCellIsEmptyOfWhatWasMeasured() {
        List<Row> rows = new ArrayList<>(MadeUp.pacedSweep("a"));
        List<Column> columns = Figure.columns(rows);
        assertEquals(columns.size(), columns.stream().map(Column::head).distinct().count());
        rows.forEach(row -> columns.forEach(column -> assertFalse(column.cell().apply(row).isEmpty(), column.head())));
    }

    @Test
    void anEmulatedFigureThatIsBoundedIsNeverShownWithoutItsBound() {
        Row row = MadeUp.paced("a", 1000, 0).param("workload", "protect").row();
        assertTrue(Figure.OPS_PER_SECOND.words(row).matches("200000 ±[0-9]+%"), Figure.OPS_PER_SECOND.words(row));
        assertEquals("9110", Figure.OPS_PER_SECOND.words(MadeUp.point().opsPerSecond(9109.5).row()));
        assertEquals("-", Figure.VICTIM_SLOWDOWN.words(row));
    }
}
