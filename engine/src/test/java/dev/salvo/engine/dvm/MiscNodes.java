package dev.salvo.engine.dvm;

import dev.salvo.engine.PacedMachines;
import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.tlb.Tlb;

/** Misc Nodes whose clock does not run, and whose thread a test is. */
public final class MiscNodes {
    private static final HardwareProfile PROFILE = PacedMachines.usual(2);

    private MiscNodes() {
    }

    /** One of two cores, both online. */
    public static MiscNode ofTwo(Tlb first, Tlb second) {
        MiscNode node = new MiscNode(2, PROFILE, new Pace(Clock.paced(PROFILE, 1)), true);
        node.join(0, first);
        node.join(1, second);
        return node;
    }

    /** What the agent's thread does in a round. */
    public static boolean step(MiscNode node) {
        return node.step();
    }
}
