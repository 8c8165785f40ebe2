package dev.salvo.jmh.cli;

import dev.salvo.engine.message.Wording;
import dev.salvo.jmh.OwnEnvironment;
import dev.salvo.jmh.ProductJar;
import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.results.BadRunException;
import dev.salvo.results.Comparison;
import dev.salvo.results.PairsFolder;
import dev.salvo.results.Reason;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Measures two sides in turns, A B, B A, A B and so on, each turn by a curve in a process of its own, so that a side
 * may be another build, on another JDK. What is measured is in the folder as soon as a turn has it. A pair beside which others
 * had much of the CPUs is measured once more.
 */
final class InTurns {
    /** Fewer allow no verdict. */
    private static final int FEWEST_PAIRS = 5;

    /**
     * No sweep has so many groups of points that the last of so many shards got one: it is understood, and not
     * measured.
     */
    private static final String NOTHING = "10000/10000";

    private static final String SAID = "said.txt";
    private static final String OF_SALVO = "salvo: ";
    private static final String BEWARE = "  beware: ";
    private static final int LONGEST = 300;

    private final List<Side> sides;
    private final Integer rounds;
    private final double precision;
    private final long budgetNanos;
    private final PrintStream person = System.err;

    /** Whether the process is ending. Set by its shutdown hook, read by the thread that measures. */
    private volatile boolean ending;
    private int finished;
    /** What curves have said of the host. */
    private final Set<String> warned = new HashSet<>();

    /** Why it ended before it was done, in a line; empty if it did not. */
    private String failure = "";
    private int exitCode;

    InTurns(BothSides asked) {
        sides = asked.sides();
        rounds = asked.rounds();
        precision = asked.precision();
        budgetNanos = asked.budgetNanos();
    }

    List<Side> sides() {
        return sides;
    }

    /**
     * Looks whether both sides can be measured, and compared, before anything is.
     *
     * @param across the axes across which they will be; none to find that out
     * @return how many cores the largest machine has, as far as that is known
     * @throws BadInput        if a side cannot be measured
     * @throws BadRunException if they cannot be compared
     */
    int check(Set<Axis> across) {
        List<List<Point>> points = new ArrayList<>();
        for (Side side : sides) {
            if (side.jar() == null) {
                points.add(points(side));
            }
            if (!side.isOurs()) {
                ask(side);
            }
        }
        if (points.size() == sides.size() && across.isEmpty()) {
            Comparison.across(points.get(0), points.get(1));
        }
        return points.stream().flatMap(List::stream).mapToInt(Point::cores).max().orElse(0);
    }

    /** Those that a side's options name, if what runs now measures it. */
    private static List<Point> points(Side side) {
        List<String> words = new ArrayList<>(List.of("curve"));
        words.addAll(side.options());
        try {
            CommandLine.ParseResult parsed = Salvo.commandLine().parseArgs(words.toArray(String[]::new)).subcommand();
            Misunderstood.checkLists(parsed);
            return ((CurveCommand) parsed.commandSpec().userObject()).sweep().stream().map(ExperimentSpec::point).toList();
        } catch (CommandLine.ParameterException unknown) {
            throw new BadInput(side.option() + ": " + Misunderstood.line(unknown), unknown);
        } catch (BadInput unusable) {
            throw new BadInput(side.option() + ": " + unusable.getMessage(), unusable);
        }
    }

    /** Lets a side's own jar and JDK look at its options: of a shard that has nothing to measure. */
    private void ask(Side side) {
        try {
            Path folder = Files.createTempDirectory("salvo-");
            try {
                Path said = folder.resolve(SAID);
                int code = run(side, said, List.of("--shard", NOTHING, "--out", folder.resolve("runs").toString()));
                String line = code == 0 ? "" : line(said);
                if (code != 0 && !line.contains("--shard")) { // one from before there were shards is asked by measuring
                    throw new BadInput(side.option() + ": " + line);
                }
            } finally {
                delete(folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("java.io.tmpdir " + System.getProperty("java.io.tmpdir") + ": "
                + Reason.of(failed), failed);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> made = Files.walk(folder)) {
            for (Path each : made.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /**
     * Measures until that is enough, or a turn fails.
     *
     * @param folder    where to
     * @param reading   what makes a comparison of it, finished or not
     */
    void measure(PairsFolder folder, Function<PairsFolder, Comparison> reading) {
        Thread interrupted = new Thread(() -> interrupted(folder), "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        person.println(plan(folder));
        List<String> jars = jars();
        long start = System.nanoTime();
        boolean enough = false;
        while (!enough && failure.isEmpty() && !ending) {
            long begun = System.nanoTime();
            pair(folder, finished + 1);
            // Once: where that is always so, it would never end.
            if (failure.isEmpty() && !ending && folder.isDisturbed(finished + 1)) {
                person.println("pair " + (finished + 1) + ": others had much of the CPUs: measured again");
                folder.setAside(finished + 1);
                pair(folder, finished + 1);
            }
            if (failure.isEmpty() && !jars.equals(jars())) {
                exitCode = 1;
                failure = "a jar was replaced or removed while this ran, and the rest would be measured by other code";
            }
            if (failure.isEmpty() && !ending) {
                finished++;
                long now = System.nanoTime();
                Comparison comparison = reading.apply(folder);
                enough = isEnough(rounds, precision, budgetNanos, finished, comparison.widest(),
                    now - start, now - begun);
                person.println(said(comparison, now - start));
            }
        }
        if (!ending) { // else it is running
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
    }

    private String plan(PairsFolder folder) {
        return "in turns, into " + folder.path() + ": " + (rounds != null ? rounds + " pairs"
            : String.format(Locale.ROOT, "%d pairs or more, until every ratio's interval is within ±%.3g %%, or %d s have "
                + "passed", FEWEST_PAIRS, 100 * precision, TimeUnit.NANOSECONDS.toSeconds(budgetNanos)));
    }

    /** What measures: each jar with its length and when it was written. */
    private List<String> jars() {
        return sides.stream().map(side -> side.jar() == null ? ProductJar.path() : side.jar()).map(jar -> {
            try {
                return Files.isDirectory(jar) ? "" : jar + " " + Files.size(jar) + ' ' + Files.getLastModifiedTime(jar);
            } catch (IOException gone) {
                return jar + " " + Reason.of(gone);
            }
        }).toList();
    }

    private String said(Comparison comparison, long nanos) {
        String line = String.format(Locale.ROOT, "pair %d, %d s", finished, TimeUnit.NANOSECONDS.toSeconds(nanos));
        double widest = comparison.widest();
        return rounds != null || Double.isInfinite(widest) ? line
            : line + String.format(Locale.ROOT, ": widest is the ratio at %s, ±%.1f %%; asked for are ±%.1f %%",
                comparison.widestPoint(), 100 * widest, 100 * precision);
    }

    /**
     * Whether no more is to be measured.
     *
     * @param rounds    how many pairs exactly; null if that was not said
     * @param precision how far the widest interval may reach, a share
     * @param budget    how long it may take, nanoseconds
     * @param pairs     how many there are
     * @param widest    how far the widest interval reaches
     * @param elapsed   how long it has taken
     * @param last      how long the last pair did
     */
    static boolean isEnough(Integer rounds, double precision, long budget, int pairs, double widest, long elapsed,
                            long last) {
        if (rounds != null) {
            return pairs >= rounds;
        }
        return pairs >= PairsFolder.MOST_PAIRS
            || pairs >= FEWEST_PAIRS && (widest <= precision || elapsed + last > budget);
    }

    private void pair(PairsFolder folder, int pair) {
        boolean isOdd = pair % 2 == 1;
        for (Side side : isOdd ? sides : List.of(sides.get(1), sides.get(0))) {
            if (failure.isEmpty() && !ending) {
                Path turn = folder.turn(pair, side.letter());
                Path said = turn.resolve(SAID);
                int code = run(side, said, List.of("--forks", "1", "--no-flame", "--out", turn.toString()));
                if (pair == 1) {
                    lines(said).stream().filter(line -> line.startsWith(BEWARE) && warned.add(line))
                        .forEach(person::println);
                }
                if (code != 0 && !ending) {
                    exitCode = code == Salvo.UNUSABLE && finished == 0 ? code : 1;
                    failure = side.option() + " of pair " + pair + ": " + line(said) + "; the rest is in " + said;
                }
            }
        }
    }

    private int run(Side side, Path said, List<String> more) {
        List<String> command = side.command(more);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile())
            .redirectInput(new File("/dev/null"));
        OwnEnvironment.clear(builder.environment());
        Process curve;
        try {
            curve = builder.start();
        } catch (IOException refused) {
            throw new BadInput(side.option() + ": " + command.get(0) + " does not start (" + Reason.of(refused)
                + "); accepted is a java program", refused);
        }
        try {
            return curve.waitFor();
        } catch (InterruptedException interrupted) {
            curve.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a side was measured", interrupted);
        }
    }

    /** What a curve said of itself before it ended; or whatever was said first. */
    private static String line(Path said) {
        List<String> lines = lines(said);
        return lines.stream().filter(line -> line.startsWith(OF_SALVO)).findFirst()
            .map(line -> line.substring(OF_SALVO.length())).or(() -> lines.stream().findFirst()).map(line -> Wording.shown(line, LONGEST)).orElse("ended without a word");
    }

    private static List<String> lines(Path said) {
        try {
            return new String(Files.readAllBytes(said), Terminal.charset()).lines().filter(line -> !line.isBlank()).toList();
        } catch (IOException unread) {
            return List.of(said + " cannot be read (" + Reason.of(unread) + ")");
        }
    }

    private void interrupted(PairsFolder folder) {
        ending = true; // before the curve goes: that it failed is not worth a line
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        person.printf(Locale.ROOT, "%nsalvo: interrupted; %d %s finished, and all that was measured stays in %s; salvo "
            + "compare %s shows it%n", finished, finished == 1 ? "pair is" : "pairs are", folder.path(), folder.path());
    }

    /** Says on the screen what has gone wrong. Returns the exit code. */
    int end() {
        if (!failure.isEmpty()) {
            System.err.println(OF_SALVO + failure);
        }
        return exitCode;
    }

    /** How many pairs are whole. */
    int finished() {
        return finished;
    }
}
