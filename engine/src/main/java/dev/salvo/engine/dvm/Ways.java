package dev.salvo.engine.dvm;

import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.host.OwnLines;
import java.util.Arrays;

/**
 * The ways between cores and their Misc Node: how long a message takes, and by how much it was sent too late to arrive as
 * planned.
 *
 * <p><b>Threads.</b> A core's words are its own; {@link #slipNanos} reads all, a moment old.
 */
final class Ways {
    private final Pace pace;
    private final Cost[] hops;
    private final long[] slip;

    Ways(int cores, HardwareProfile profile, Pace pace) {
        this.pace = pace;
        hops = new Cost[cores];
        Arrays.setAll(hops, core -> profile.hop(0, core));
        slip = OwnLines.words(cores);
    }

    /** How long a message takes between a core and the Misc Node, either way. */
    long hop(int core) {
        return pace.of(hops[core]);
    }

    /** A message of a core arrives as planned, unless the core is so late that it is only now about to send it. */
    long notBefore(int core, long planned) {
        long late = pace.now() - planned;
        if (late <= 0 || !pace.isRunning()) {
            return planned;
        }
        slip[at(core)] += late;
        return planned + late;
    }

    /** A message to a core arrives as planned, unless it has been sent later than that. */
    long notBefore(int core, long planned, long sent) {
        if (sent <= planned || !pace.isRunning()) {
            return Math.max(planned, sent);
        }
        slip[at(core)] += sent - planned;
        return sent;
    }

    /** Host nanoseconds, over all cores. */
    long slipNanos() {
        long sum = 0;
        for (int core = 0; core < hops.length; core++) {
            sum += slip[at(core)];
        }
        return sum;
    }
}
