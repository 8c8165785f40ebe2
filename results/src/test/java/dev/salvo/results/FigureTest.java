package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.ClockKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
        List<Figure> measured = Stream.of(ClockKind.values()).flatMap(clock -> Figure.measuredOn(clock).stream()).toList();
        for (Figure figure : Figure.values()) {
            assertEquals(measured.contains(figure), !figure.metric().isEmpty(), figure.name());
            assertEquals(measured.contains(figure), !figure.unit().isEmpty(), figure.name());
        }
    }

    @Test
    void everyColumnThatIsDescribedHasItsPlace() {
        assertEquals(Arrays.stream(Figure.values())
            .filter(figure -> !figure.read().columns(row -> "", row -> true).isEmpty()).collect(Collectors.toSet()),
            Stream.of(Figure.ACROSS, Figure.BELOW).flatMap(List::stream).collect(Collectors.toSet()));
    }

    @Test
    void aFigureThatRunsMayLackHasNoColumnOfDashes() {
        Description old = Description.measured("1/page", Measure.TOTAL, Reading.SCORE).unknownIfMissing(ClockKind.NATIVE)
            .column("refusals");
        List<Row> rows = List.of(MadeUp.point().row());
        assertFalse(old.columns(row -> "-", row -> false).get(ClockKind.NATIVE).isIn(rows));
        assertTrue(old.columns(row -> "7", row -> true).get(ClockKind.NATIVE).isIn(rows));
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
