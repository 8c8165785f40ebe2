package dev.salvo.jmh.cli;

import dev.salvo.results.PairsFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What {@code compare --measure} is asked: two sides, and how long to go on measuring them in turns. */
final class BothSides {
    /** All of them, but the one that asks for it. */
    static final String[] OPTIONS =
        {"--a", "--b", "--jar-a", "--jar-b", "--java-a", "--java-b", "--precision", "--budget", "--rounds"};

    /** What compare itself says to a side's curve, or what would make it something else than a measurement. */
    private static final List<String> NOT_OF_A_SIDE =
        List.of("--forks", "--no-flame", "--out", "--json", "--resume", "--shard", "--precision", "--budget", "--more",
            "--help", "-h", "--version", "-V");

    private static final Pattern WORD = Pattern.compile("\\s*((?:[^\\s'\"]|'[^']*'|\"[^\"]*\")+)");

    @Option(names = "--measure", description = "Measure two sides, --a and --b, in turns (A B, B A, A B ...), each "
        + "turn by a curve of its own with JVMs of its own, and compare them pair by pair: a host that drifts "
        + "takes both along.")
    private boolean measure;

    @Option(names = "--a", paramLabel = "OPTIONS", description = "With --measure: the side that is compared with: "
        + "options of curve that say what is measured, in quotes, such as \"--cores 8 --strategy sync\".")
    private String a;

    @Option(names = "--b", paramLabel = "OPTIONS", description = "The other side. Default: as --a, for another jar or JDK.")
    private String b;

    @Option(names = "--jar-a", paramLabel = "JAR", description = "Side A is measured by this salvo.jar instead of the "
        + "one that runs now.")
    private Path jarA;

    @Option(names = "--jar-b", paramLabel = "JAR", description = "The same of side B.")
    private Path jarB;

    @Option(names = "--java-a", paramLabel = "JAVA", description = "Side A is measured on this JDK: its java program, "
        + "or its folder.")
    private Path javaA;

    @Option(names = "--java-b", paramLabel = "JAVA", description = "The same of side B.")
    private Path javaB;

    @Option(names = RoundOptions.PRECISION, paramLabel = "SHARE",
        description = "Go on until each ratio's interval reaches no farther than so many per cent to each side. "
            + "Default: 5%%.")
    private String precision = "5%";

    @Option(names = RoundOptions.BUDGET, paramLabel = "TIME",
        description = "But no longer than this (90s, 10m, 1h30m), unless five pairs take longer. Default: "
            + "10m.")
    private String budget = "10m";

    @Option(names = "--rounds", paramLabel = "N",
        description = "Measure exactly N pairs, whatever the precision and the budget.")
    private Integer rounds;

    /** Made by picocli. */
    BothSides() {
    }

    /** Whether to measure at all. */
    boolean measure() {
        return measure;
    }

    /**
     * How far an interval may reach.
     *
     * @return a share of its ratio
     * @throws BadInput if that cannot be
     */
    double precision() {
        return RoundOptions.share(precision);
    }

    /**
     * How long to go on.
     *
     * @return nanoseconds
     * @throws BadInput if that is no time
     */
    long budgetNanos() {
        return RoundOptions.time(budget).toNanos();
    }

    /** How many pairs exactly; null if that was not said. */
    Integer rounds() {
        return rounds;
    }

    /**
     * Both sides, A first.
     *
     * @throws BadInput if one of them cannot be what is measured
     */
    List<Side> sides() {
        if (a == null) {
            throw new BadInput("--a: is missing; accepted is --a OPTIONS with options of curve, such as \"--cores 8\"");
        }
        if (rounds != null && (rounds < 1 || rounds > PairsFolder.MOST_PAIRS)) {
            throw new BadInput("--rounds " + rounds + ": must be 1.." + PairsFolder.MOST_PAIRS);
        }
        return List.of(side('a', a, jarA, javaA), side('b', b == null ? a : b, jarB, javaB));
    }

    private static Side side(char letter, String options, Path jar, Path java) {
        List<String> words = words("--" + letter, options);
        for (String word : words) {
            if (NOT_OF_A_SIDE.contains(word.split("=", 2)[0])) {
                throw new BadInput("--" + letter + ": " + word.split("=", 2)[0]
                    + ": goes without; accepted are options of curve that say what is measured");
            }
        }
        if (jar != null && !Files.isReadable(jar) || jar != null && !Files.isRegularFile(jar)) {
            throw new BadInput("--jar-" + letter + ' ' + jar + (Files.exists(jar) ? ": cannot be read as a file"
                : ": does not exist") + "; accepted is a salvo.jar");
        }
        return new Side(letter, words, jar, java == null ? null : program("--java-" + letter, java));
    }

    private static Path program(String option, Path java) {
        Path program = Files.isDirectory(java) ? java.resolve("bin").resolve("java") : java;
        if (!Files.exists(program)) {
            throw new BadInput(option + ' ' + java + (program.equals(java) ? ": does not exist" : ": has no bin/java")
                + "; accepted is a java program, or a JDK's folder");
        }
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new BadInput(option + ' ' + java + ": cannot be run; accepted is a java program, or a JDK's folder");
        }
        return program;
    }

    /** The words of a line, as a shell takes them apart: at blanks, but not in quotes of either kind. */
    static List<String> words(String option, String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        int end = 0;
        while (word.find() && word.start() == end) {
            words.add(word.group(1).replaceAll("'([^']*)'|\"([^\"]*)\"", "$1$2"));
            end = word.end();
        }
        if (!line.substring(end).isBlank()) {
            throw new BadInput(option + ": a quotation mark stands alone at " + line.substring(end).strip()
                + "; accepted are words in pairs of them, or without");
        }
        return words;
    }
}
