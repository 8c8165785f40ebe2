package dev.salvo.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.jmh.PeersPlan;
import dev.salvo.results.Contender;
import dev.salvo.results.PeerRow.Work;
import dev.salvo.results.PeerRow;
import dev.salvo.results.PeersRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All contenders deliver, at every point, and a comparison leaves a row for each. */
class ComparisonTest {
    @TempDir
    Path folder;

    private PeersPlan plan(List<Contender> contenders, int rounds) {
        return new PeersPlan(List.of(2, Small.CORES), List.of(1, 2, PeersPlan.ALL), List.of(1, 5),
            List.of(Work.NULL, Work.TLB), contenders, rounds, 1, PlacementPolicy.COMPACT, false,
            folder.resolve("run.json").toString());
    }

    @ParameterizedTest
    @EnumSource(Contender.class)
    void aContenderDeliversEveryPageToEveryCoreAtEveryPoint(Contender contender) {
        PeersRun run = Comparison.of(plan(List.of(contender), 1), turn -> { });
        Assumptions.assumeTrue(run.notes().isEmpty(), () -> run.notes().toString()); // only membarrier may be forbidden
        int works = contender.canInvalidate() ? 2 : 1;
        assertEquals((2 + 3) * 2 * works, run.rows().size(), run.rows().toString());
        for (PeerRow row : run.rows()) {
            assertTrue(row.nsPerPage() > 0, row.toString());
            assertTrue(row.ratioToLimit() > 0, row.toString());
        }
    }

    @Test
    void onThisJvmThereAreHandshakes() {
        assertEquals(Optional.empty(), HandshakeBroadcast.unavailable());
    }

    @Test
    void contendersTakeTurnsWithinEveryRound() {
        List<String> turns = new ArrayList<>();
        PeersPlan plan = new PeersPlan(List.of(2), List.of(1), List.of(1), List.of(Work.NULL),
            List.of(Contender.RING, Contender.JCTOOLS), 2, 1, PlacementPolicy.COMPACT, false, "");
        Comparison.of(plan, turns::add);
        List<String> round = List.of("2 cores, ring", "2 cores, jctools");
        List<String> expected = new ArrayList<>(round); // the warm-up
        expected.addAll(round);
        expected.addAll(round);
        assertEquals(expected, turns);
        assertEquals(expected.size(), (plan.rounds() + 1) * plan.turns(2));
    }

    @Test
    void theRatioIsToTheLimitOfThePoint() {
        PeersPlan plan = new PeersPlan(List.of(Small.CORES), List.of(1), List.of(1), List.of(Work.NULL),
            List.of(Contender.RING), 1, 1, PlacementPolicy.COMPACT, false, "");
        PeersRun run = Comparison.of(plan, turn -> { });
        assertEquals(run.rows().get(0).nsPerPage() / run.limit(Small.CORES).ns(), run.rows().get(0).ratioToLimit());
    }

    /** Nine cores are more than one cluster, and the ring is filled several times over. */
    @ParameterizedTest
    @EnumSource(AblatedRing.Change.class)
    void aBareRingDeliversToNineCoresAndWhenItIsFull(AblatedRing.Change change) {
        int cores = 9;
        try (Crew crew = new Crew(Placement.of(HostTopology.read(), PlacementPolicy.COMPACT, cores),
            TimeUnit.MINUTES.toNanos(10))) {
            Broadcast ring = new AblatedRing(cores, change);
            assertTrue(Small.turn(crew, ring, new Turn.Point(cores, 1, Work.TLB)) > 0);
            assertTrue(Small.turn(crew, ring, new Turn.Point(3, 4096, Work.TLB)) > 0);
        }
    }

    @Test
    void aFigureIsTheMedianAndTheDistanceOfTheQuartilesOverIt() {
        PeersRun.Figure figure = Comparison.figure(new double[] {40, 10, 30, 20, 100, 60, 50});
        assertEquals(40, figure.ns());
        assertEquals((60 - 20) / 40.0, figure.spread());
        assertEquals(new PeersRun.Figure(7, 0), Comparison.figure(new double[] {7}));
    }

    @Test
    void whatWasMeasuredIsLeftInTheFile() {
        PeersPlan plan = plan(List.of(Contender.RING), 1);
        assertEquals(0, Peers.run(plan.argument()));
        assertEquals(20, PeersRun.read(Path.of(plan.result())).rows().size());
    }

    @Test
    void figuresThatCannotBeLeftAreAFailure() {
        PeersPlan plan = new PeersPlan(List.of(2), List.of(1), List.of(1), List.of(Work.NULL), List.of(Contender.RING), 1,
            1, PlacementPolicy.COMPACT, true, "/proc/none/run.json");
        assertEquals(1, Peers.run(plan.argument()));
    }

    @Test
    void whatIsNoPlanIsRefused() {
        assertEquals(2, Peers.run());
        assertEquals(2, Peers.run("--quick"));
    }

    /** As far as the jar has been built: always in a build that comes to {@code package}. */
    @Test
    void theProductsJarHoldsNoPeer() throws IOException {
        Path product = Path.of("../jmh/target/salvo.jar");
        Assumptions.assumeTrue(Files.exists(product));
        try (JarFile jar = new JarFile(product.toFile())) {
            assertFalse(jar.stream().anyMatch(entry -> entry.getName().startsWith("com/lmax/")
                || entry.getName().startsWith("dev/salvo/peers/")));
            assertTrue(jar.stream().anyMatch(entry -> entry.getName().startsWith("dev/salvo/engine/")));
        }
    }
}
