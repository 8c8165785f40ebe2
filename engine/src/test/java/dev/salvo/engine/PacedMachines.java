package dev.salvo.engine;

import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HardwareProfile.Quantity;
import dev.salvo.engine.tlb.TlbGeometry;
import java.util.EnumMap;
import java.util.Map;

/** Profiles for tests: round numbers, all cores in one cluster. */
public final class PacedMachines {
    private PacedMachines() {
    }

    /** A machine in which every hardware cost is nothing but those given: cost, nanoseconds, cost, nanoseconds, … */
    public static HardwareProfile profile(int cores, Object... costs) {
        Map<Cost, Quantity> all = new EnumMap<>(Cost.class);
        for (Cost cost : Cost.values()) {
            all.put(cost, quantity(0));
        }
        for (int i = 0; i < costs.length; i += 2) {
            all.put((Cost) costs[i], quantity(((Number) costs[i + 1]).doubleValue()));
        }
        return new HardwareProfile("test", "made up", cores, new HardwareProfile.Topology(cores, cores, cores),
            new HardwareProfile.MiscNodeLimits(quantity(16), quantity(4), quantity(16), quantity(64)),
            TlbGeometry.NEOVERSE_N1,
            new HardwareProfile.Provenance(HardwareProfile.Origin.ASSUMED, "made up for a test"), all, Map.of());
    }

    /** One that costs about what chips do. */
    public static HardwareProfile usual(int cores) {
        return profile(cores, Cost.HOP_CLUSTER, 40, Cost.TARGET, 2, Cost.SNOOP, 10, Cost.INVALIDATE, 10, Cost.DRAIN, 20,
            Cost.TLBI, 5, Cost.DSB_ISHST, 3);
    }

    private static Quantity quantity(double value) {
        return new Quantity(value, HardwareProfile.Origin.ASSUMED, "made up for a test");
    }
}
