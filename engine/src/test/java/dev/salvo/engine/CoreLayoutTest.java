package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

/** Where this JVM puts a core's fields. 128 bytes, because CPUs fetch cache lines in pairs. */
class CoreLayoutTest {
    private static final int APART = 128;
    private static final Set<String> PADDING = Set.of("CorePadding", "CorePortPadding");

    static {
        System.setProperty("jol.skipDynamicAttach", "true"); // the offsets are the JVM's own without it
    }

    /** Fails if either padding class is taken out of the hierarchy. */
    @ParameterizedTest
    @ValueSource(classes = {Core.class, PacedCore.class})
    void whatOthersPollLiesOnNoLineThatTheCoreOrItsNeighbourWrites(Class<?> kind) {
        List<FieldLayout> fields = ClassLayout.parseClass(kind).fields().stream()
            .filter(field -> !PADDING.contains(field.classShortName())).toList();
        List<FieldLayout> polled = fields.stream().filter(field -> field.classShortName().equals("CorePort")).toList();
        List<FieldLayout> own = fields.stream().filter(field -> !polled.contains(field)).toList();
        assertEquals(Set.of("parked", "order", "program", "online"),
            polled.stream().map(FieldLayout::name).collect(Collectors.toSet()));

        long firstPolled = polled.stream().mapToLong(FieldLayout::offset).min().orElseThrow();
        long endOfPolled = polled.stream().mapToLong(field -> field.offset() + field.size()).max().orElseThrow();
        long firstOwn = own.stream().mapToLong(FieldLayout::offset).min().orElseThrow();
        assertTrue(firstPolled >= APART, "the object before it may be another core: " + firstPolled);
        assertTrue(firstOwn - endOfPolled >= APART, "polled to " + endOfPolled + ", written from " + firstOwn);
        assertTrue(own.stream().anyMatch(field -> field.name().equals("accesses")), "what is written at every access");
    }

    /** Written in every round of a wait. Fails if its padding is taken away. */
    @Test
    void whatACoreWaitsByLiesOnNoLineOfTheObjectBeforeIt() {
        List<FieldLayout> own = ClassLayout.parseClass(Waiting.class).fields().stream()
            .filter(field -> !PADDING.contains(field.classShortName())).toList();
        for (FieldLayout field : own) {
            assertTrue(field.offset() >= APART, field.name() + " at " + field.offset());
        }
        assertTrue(own.stream().map(FieldLayout::name).toList().containsAll(List.of("looks", "mostLooks", "looksElsewhere")),
            "what is written");
    }
}
