package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import dev.salvo.point.Strategy;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
    @Test
    void theGainIsTheSynchronousMeanOverTheBatchedOneAtTheSamePoint() {
        List<Row> rows = Row.shown(List.of(MadeUp.point(8, 1, "batched", 200).row(),
            MadeUp.point(8, 1, "sync", 5000).row(), MadeUp.point(16, 1, "sync", 9000).row()));
        assertEquals(25, rows.get(1).batchingGain(), 1e-9);
        assertTrue(Double.isNaN(rows.get(0).batchingGain()));
    }

    @Test
    void withoutItsSynchronousPointThereIsNoGain() {
        List<Row> rows = Row.shown(List.of(MadeUp.point(8, 1, "batched", 200).row(),
            MadeUp.point(8, 1, "sync", 5000).param("pte", "dirty").row()));
        assertTrue(rows.stream().allMatch(row -> Double.isNaN(row.batchingGain())));
    }

    @Test
    void theBatchOfASynchronousPointDoesNotMatterWhileThereIsOne() {
        Row batched = MadeUp.point(8, 1, "batched", 200).param("batch", 7).row();
        Row one = MadeUp.point(8, 1, "sync", 5000).param("batch", 31).row();
        Row two = MadeUp.point(8, 1, "sync", 6000).param("batch", 15).row();
        Row same = MadeUp.point(8, 1, "sync", 7000).param("batch", 7).row();
        assertEquals(25, gain(List.of(batched, one)), 1e-9);
        assertTrue(Double.isNaN(gain(List.of(batched, one, two))));
        assertEquals(35, gain(List.of(batched, one, same)), 1e-9);
    }

    @Test
    void aGainThatAnotherRowMadeUnknownIsNotKept() {
        Row batched = MadeUp.point(8, 1, "batched", 200).param("batch", 7).row();
        List<Row> rows = new ArrayList<>(Row.shown(List.of(batched, MadeUp.point(8, 1, "sync", 5000).row())));
        assertEquals(25, gain(rows), 1e-9);
        rows.add(MadeUp.point(8, 1, "sync", 6000).param("batch", 15).row());
        assertTrue(Double.isNaN(gain(rows)));
    }

    @Test
    void aSplitDisturbsWhenItsTotalIsMoreThanATenthOff() {
        assertFalse(split(1.09).splitDisturbs());
        assertFalse(split(0.91).splitDisturbs());
        assertTrue(split(1.11).splitDisturbs());
        assertTrue(split(0.89).splitDisturbs());
    }

    @Test
    void moreCoresThanCpusIsOversubscribed() {
        assertTrue(MadeUp.point().score("hostCpus", 7).row().oversubscribed());
        assertFalse(MadeUp.point().score("hostCpus", 8).row().oversubscribed());
    }

    private static double gain(List<Row> rows) {
        return Row.shown(rows).stream().filter(row -> row.point().strategy() == Strategy.BATCHED).findFirst()
            .orElseThrow().batchingGain();
    }

    private static Row split(double factor) {
        MadeUp point = MadeUp.point();
        point.metric(1, "nsPerPage").put("score", point.metric(0, "nsPerPage").get("score").doubleValue() * factor);
        return point.row();
    }
}
