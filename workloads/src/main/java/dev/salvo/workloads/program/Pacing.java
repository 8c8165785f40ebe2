package dev.salvo.workloads.program;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HardwareProfiles;
import dev.salvo.workloads.kernel.Step;
import java.util.Arrays;

/**
 * Whose nanoseconds a point is measured in: the host's, or those of a machine that it carries.
 *
 * @param file     what the machine was loaded from, for whoever has to load it again; empty if it is the host's own
 * @param profile  the machine that is carried; null if it is the host's own
 * @param dilation how many host nanoseconds stand for one of the machine's; 1 if they are the host's own
 */
public record Pacing(String file, HardwareProfile profile, double dilation) {
    /** The host's own. */
    public static final Pacing NATIVE = new Pacing("", null, 1);

    /**
     * Those of a machine.
     *
     * @param file     a shipped profile's name, or a file, what-if factors included
     * @param dilation 1 or more
     * @return the pacing
     * @throws dev.salvo.engine.clock.BadProfileException if there is no such profile, or it is not in order
     */
    public static Pacing of(String file, double dilation) {
        return new Pacing(file, HardwareProfiles.load(file, Step.keys()), dilation);
    }

    /**
     * The same machine, at another pace.
     *
     * @param other the dilation
     * @return a copy
     */
    public Pacing at(double other) {
        return new Pacing(file, profile, other);
    }

    /**
     * Whether a machine is carried.
     *
     * @return false for {@link #NATIVE}
     */
    public boolean isPaced() {
        return profile != null;
    }

    /**
     * Which machine is carried.
     *
     * @return its profile's name, what-if factors included; empty if it is the host's own
     */
    public String name() {
        return isPaced() ? profile.name() : "";
    }

    Clock clock() {
        return isPaced() ? Clock.paced(profile, dilation, Arrays.stream(Step.values())
            .mapToDouble(step -> profile.software().get(step.key()).value()).toArray()) : Clock.NATIVE;
    }
}
