package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.InterconnectKind;
import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.Experiment.Outcome;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several million accesses by victims and senders over memory that is being paged out under them, and not one through a
 * translation that should have been forgotten. That such a use would be seen is the kernel tests' to show.
 */
@Timeout(900)
class StaleUseTest {
    /** Where the host is busy with other things a DSB may take many ms: then fewer accesses have to do. */
    private static final long MOST_NANOS = 5_000_000_000L;

    private static Stream<Arguments> points() {
        return Stream.of(Strategy.values()).flatMap(strategy -> Stream.of(InterconnectKind.values())
            // With a DSB for every page, victims fault more than they read.
            .map(kind -> Arguments.of(strategy, kind, strategy == Strategy.SYNC ? 500_000 : 1_500_000)));
    }

    @ParameterizedTest
    @MethodSource("points")
    void noAccessToMemoryThatIsBeingPagedOutIsStale(Strategy strategy, InterconnectKind kind, long accesses) {
        ExperimentSpec spec = ExperimentSpec.seed(5, strategy).with(Axis.INTERCONNECT, kind).with(Axis.SENDERS, 2)
            .with(Axis.MAPPINGS, 2).with(Axis.LIST, 128).with(Axis.LOAD, Load.SHARED);
        try (Experiment experiment = new Experiment(spec, Measure.TOTAL, sender -> nanos -> { })) {
            experiment.start();
            long start = System.nanoTime();
            while (experiment.machine().counts().accesses() < accesses && System.nanoTime() - start < MOST_NANOS) {
                experiment.operation();
            }
            Outcome outcome = experiment.finish();
            assertTrue(outcome.pages() > 0);
            assertTrue(outcome.victimAccesses() > 0);
            long invalidations = outcome.ofSenders().tlbis() + outcome.ofSenders().localTlbis();
            assertTrue(invalidations >= outcome.pages() && invalidations <= 2 * outcome.pages(),
                "one or two processes map a page");
            assertEquals(0, outcome.staleUses());
        }
    }
}
