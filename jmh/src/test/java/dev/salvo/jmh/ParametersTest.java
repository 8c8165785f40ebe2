package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.point.Axis;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

/** JMH needs a field for each parameter, and so the axes stand in the benchmark once more: that they are the same is held here. */
class ParametersTest {
    /** How it is measured, not where. */
    private static final Set<String> NO_AXES = Set.of("dilation", "measure");

    @Test
    void theBenchmarkHasAParameterForEachAxisAndNoOthers() {
        Set<String> expected = Arrays.stream(Axis.values()).filter(Axis::isParameter).map(Axis::key)
            .collect(Collectors.toCollection(TreeSet::new));
        expected.addAll(NO_AXES);
        assertEquals(expected, Arrays.stream(PageOutBenchmark.class.getFields())
            .filter(field -> field.isAnnotationPresent(Param.class)).map(Field::getName)
            .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void whatTheBenchmarkMeasuresIfNothingIsSaidIsStandard() throws NoSuchFieldException {
        for (Axis axis : Axis.values()) {
            if (axis.isParameter() && axis.standard().isPresent()) {
                assertArrayEquals(new String[] {axis.standard().get()},
                    PageOutBenchmark.class.getField(axis.key()).getAnnotation(Param.class).value(), axis.key());
            }
        }
    }
}
