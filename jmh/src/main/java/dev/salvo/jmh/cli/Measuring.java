package dev.salvo.jmh.cli;

import dev.salvo.jmh.ForkFlags;
import dev.salvo.jmh.OwnEnvironment;
import dev.salvo.jmh.PointRunner;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What commands ask that measure points into a run folder of their own: how many JVMs, and where to. */
final class Measuring {
    @Option(names = "--forks", paramLabel = "N",
        description = "JVMs per point and measure; on a paced clock at each dilation. From 3 on, error bars are over "
            + "forks, from 5 on compare gives verdicts. Default: 1; on a paced clock 3.")
    private Integer forks;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs",
        description = "Where the run folder is made. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write what is shown, as data, to FILE, replacing it.")
    private Path json;

    /** Made by picocli. */
    Measuring() {
    }

    /**
     * Looks at what was given, before anything is measured.
     *
     * @throws BadInput if it cannot be used
     */
    void check() {
        if (forks != null && forks < 1) {
            throw new BadInput("--forks " + forks + ": must be 1 or more");
        }
        if (json != null) {
            OutputFile.check("--json", json);
        }
    }

    /** How many JVMs, or so many if nothing was said. */
    int forks(int unsaid) {
        return forks == null ? unsaid : forks;
    }

    /** Where the run folder is made. */
    Path out() {
        return out;
    }

    /** The file that was asked for; null if none was. */
    Path json() {
        return json;
    }

    /** Writes the file that was asked for, if one was. Returns the exit code: 1, and it is said, if it could not be. */
    int write(String data) {
        return json == null || OutputFile.writeBeside("--json", json, data) ? 0 : 1;
    }

    /** Says which of this JVM's flags, wherever they were said, are no measured JVM's. */
    static void sayWhatIsNotHandedOn() {
        List<String> flags = ForkFlags.notHandedOn();
        if (!flags.isEmpty()) {
            System.err.println("  beware: Measured JVMs have flags of their own, and are not given " + String.join(" ", flags)
                + "; salvo jmh -jvmArgs measures with others.");
        }
        OwnEnvironment.cannotBeHad().ifPresent(variables -> System.err.println("  beware: There is no program env, so "
            + "measured JVMs read " + variables + ", too."));
    }

    /** Whether another run is measuring, so that nothing can be measured now; says so. */
    static boolean mustWait() {
        boolean another = PointRunner.anotherRunIsMeasuring();
        if (another) {
            System.err.println(Salvo.ANOTHER_RUN);
        }
        return another;
    }
}
