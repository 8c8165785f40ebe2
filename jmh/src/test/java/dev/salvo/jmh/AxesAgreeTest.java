package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.workloads.program.Load;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.PteState;
import dev.salvo.workloads.program.Strategy;
import dev.salvo.workloads.program.Workload;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

/** The layers that measure and the one that reads know nothing of each other: that they mean the same is held here. */
class AxesAgreeTest {
    private static final Map<String, String> BEFORE_RINGS_AND_IDLE_POLICIES = Map.ofEntries(Map.entry("cores", "8"),
        Map.entry("senders", "1"), Map.entry("mappings", "1"), Map.entry("strategy", "sync"),
        Map.entry("interconnect", "ring"), Map.entry("load", "idle"), Map.entry("list", "256"),
        Map.entry("batch", "31"), Map.entry("pte", "clean"), Map.entry("placement", "compact"));

    @Test
    void whatAnOldRunDoesNotSayIsWhatIsMeasuredByDefault() throws NoSuchFieldException {
        Point old = Point.of(BEFORE_RINGS_AND_IDLE_POLICIES);
        PageOutSpec seed = PageOutSpec.seed(8, Strategy.SYNC);
        Map<String, String> now = new HashMap<>(BEFORE_RINGS_AND_IDLE_POLICIES);
        now.put("ring", Integer.toString(seed.ring()));
        now.put("idle", PointRunner.word(seed.idle()));
        assertEquals(old, Point.of(now));
        assertArrayEquals(new String[] {now.get("ring")}, byDefault("ring"));
        assertArrayEquals(new String[] {now.get("idle")}, byDefault("idle"));
        for (String axis : new String[] {"workload", "profile"}) {
            now.put(axis, byDefault(axis)[0]);
        }
        assertEquals(old, Point.of(now));
    }

    @Test
    void theWordsOfEveryKindAreThoseThatAreRead() {
        assertArrayEquals(words(IdlePolicy.values()), words(Axis.IDLE));
        assertArrayEquals(words(InterconnectKind.values()), words(Axis.INTERCONNECT));
        assertArrayEquals(words(Load.values()), words(Axis.LOAD));
        assertArrayEquals(words(PlacementPolicy.values()), words(Axis.PLACEMENT));
        assertArrayEquals(words(PteState.values()), words(Axis.PTE));
        assertArrayEquals(words(Strategy.values()), words(Axis.STRATEGY));
        assertArrayEquals(words(Workload.values()), words(Axis.WORKLOAD));
    }

    private static String[] byDefault(String parameter) throws NoSuchFieldException {
        return PageOutBenchmark.class.getField(parameter).getAnnotation(Param.class).value();
    }

    private static String[] words(Axis axis) {
        return axis.words().stream().sorted().toArray(String[]::new);
    }

    private static String[] words(Enum<?>[] kinds) {
        return Arrays.stream(kinds).map(PointRunner::word).sorted().toArray(String[]::new);
    }
}
