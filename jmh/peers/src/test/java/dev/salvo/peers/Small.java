package dev.salvo.peers;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import java.util.concurrent.TimeUnit;

/** Crews for tests: so few cores, and so patient. */
final class Small {
    static final int CORES = 3;

    private Small() {
    }

    static Crew crew(long patienceMillis) {
        return new Crew(Placement.of(HostTopology.read(), PlacementPolicy.COMPACT, CORES),
            TimeUnit.MILLISECONDS.toNanos(patienceMillis));
    }

    /** Has a contender take its place and one short turn. Returns ns per page. */
    static double turn(Crew crew, Broadcast broadcast, Turn.Point point) {
        crew.run(seat -> { }, broadcast::join);
        Turn turn = new Turn(broadcast, point, TimeUnit.MILLISECONDS.toNanos(1));
        crew.run(turn::sitDown, turn);
        return turn.nsPerPage(crew.seats());
    }
}
