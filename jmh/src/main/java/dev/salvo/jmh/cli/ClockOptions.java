package dev.salvo.jmh.cli;

import dev.salvo.engine.clock.BadProfileException;
import dev.salvo.engine.clock.HardwareProfiles;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.MemoryLimit;
import dev.salvo.jmh.Dilation;
import dev.salvo.point.ClockKind;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options that say whose nanoseconds are measured. */
final class ClockOptions {
    private static final String AUTO = "auto";
    private static final double MOST = 1e6;
    /** In a container of 512 MiB, the runs of 8 senders that coverage makes were killed. */
    private static final int NEEDED_MIB = 640;

    @Option(names = "--clock", paramLabel = "C", defaultValue = "native",
        description = "native (this host is the hardware: its own wall-clock) or paced (this host carries the machine of "
            + "--profile: every cost of that is a real wait, D times as long, and what is reported is wall-clock / D). "
            + "Default: ${DEFAULT-VALUE}.")
    private ClockKind clock;

    @Option(names = "--profile", paramLabel = "NAME|FILE",
        description = "With --clock paced: which machine. salvo profiles lists and explains them; a FILE (./mine.yaml) is one "
            + "of yours; NAME:KEY=2 is one of which a number is twice as large.")
    private String profile;

    @Option(names = "--dilation", paramLabel = "D|auto", defaultValue = AUTO,
        description = "With --clock paced: how many nanoseconds of this host stand for one, at least: figures are measured at "
            + "D, 2D and 4D, the largest point of a sweep at 8D, too, and a timeline is recorded at 4D. Default: ${DEFAULT-VALUE}, by how long one turn of so many threads "
            + "takes here.")
    private String dilation;

    /** Made by picocli. */
    ClockOptions() {
    }

    boolean isPaced() {
        return clock == ClockKind.PACED;
    }

    /**
     * Which machine, at a dilation that does not count yet.
     *
     * @throws BadInput if the options do not fit each other, or there is no such profile
     */
    Pacing pacing() {
        if (!isPaced()) {
            if (profile != null || !dilation.equals(AUTO)) {
                throw new BadInput((profile != null ? "--profile " + profile : "--dilation " + dilation)
                    + ": goes with --clock paced");
            }
            return Pacing.NATIVE;
        }
        if (profile == null) {
            throw new BadInput("--clock paced: --profile must say which machine; salvo profiles lists them");
        }
        given();
        return pacing(profile);
    }

    /** The file that the profile is read from, if it is: for options that {@link #pacing} has taken. */
    List<Path> files() {
        return profile == null ? List.of() : HardwareProfiles.file(profile).stream().toList();
    }

    /** A profile, at a dilation that does not count yet. */
    static Pacing pacing(String profile) {
        try {
            return Pacing.of(profile, 1);
        } catch (BadProfileException failure) {
            throw new BadInput("--profile: " + failure.getMessage(), failure);
        }
    }

    /** The dilation that was given; 0 if this host is to decide. */
    private double given() {
        if (dilation.equals(AUTO)) {
            return 0;
        }
        try {
            double given = Double.parseDouble(dilation);
            if (given >= 1 && given <= MOST) {
                return given;
            }
        } catch (NumberFormatException notANumber) {
            // refused below, like a number out of range
        }
        throw new BadInput("--dilation " + dilation + ": must be a number from 1 to " + (long) MOST + ", or auto");
    }

    /** Points on a paced clock, with their dilations: each number of cores has its own. Takes a moment for each. */
    List<ExperimentSpec> dilated(List<ExperimentSpec> points, HostTopology host) {
        return dilated(points, host, given());
    }

    /** The same; with 0 this host decides. */
    static List<ExperimentSpec> dilated(List<ExperimentSpec> points, HostTopology host, double given) {
        requireMemory(MemoryLimit.mebibytes());
        Map<String, Double> chosen = new HashMap<>();
        List<ExperimentSpec> dilated = new ArrayList<>();
        for (ExperimentSpec point : points) {
            Pacing pacing = point.pacing();
            double dilation = given > 0 ? given : chosen.computeIfAbsent(alike(point), key -> Dilation.choose(point, host));
            dilated.add(point.with(pacing.at(dilation)));
        }
        return dilated;
    }

    /** What points have in common that one dilation is chosen for. */
    static String alike(ExperimentSpec point) {
        return point.pacing().profile().name() + ' ' + point.cores() + ' ' + point.workload() + ' ' + point.placement()
            + ' ' + point.tellsNobody();
    }

    /** Before the first of many JVMs is killed for it, or this process, which runs a machine to choose a dilation. */
    static void requireMemory(OptionalLong mebibytes) {
        if (mebibytes.isPresent() && mebibytes.getAsLong() < NEEDED_MIB) {
            throw new BadInput("a paced clock needs " + NEEDED_MIB + " MiB of memory, and here are " + mebibytes.getAsLong()
                + " in all: raise the limit (a container's memory)");
        }
    }
}
