package dev.salvo.results;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The folder of two sides that were measured in turns: the only place that knows how it is laid out.
 *
 * <pre>
 * &lt;host&gt;-&lt;UTC time&gt;-pairs/
 *   sides.json           what each side is, in words, and whatever whoever measured says besides
 *   001-a/  001-b/       the turns of the first pair, each with the folder of one run in it, and what was said
 *   meanwhile 002-b/  002-a/       of the second; and so on
 *   001-a-disturbed/  …  turns of a pair that was measured again, since others had much of the CPUs
 * </pre>
 *
 * <p>Each run is stored by whoever measures it, point by point: what is killed keeps what it had. Methods throw
 * {@link BadRunException}, with the path in its message, when the file system refuses. Not thread safe.
 */
public final class PairsFolder {
    /** The most pairs that a folder holds. */
    public static final int MOST_PAIRS = 999;

    private static final String SIDES = "sides.json";
    private static final Pattern TURN = Pattern.compile("([0-9]{3})-([ab])");

    private final Path folder;
    private final JsonNode sides;

    /**
     * A pair of which both turns were begun.
     *
     * @param number from 1 on, as they were measured
     * @param a      the run of the side that is compared with
     * @param b      the run of the other
     */
    record Pair(int number, RunFolder a, RunFolder b) {
    }

    private PairsFolder(Path folder, JsonNode sides) {
        this.folder = folder;
        this.sides = sides;
    }

    /**
     * Makes the folder, with nothing measured in it yet.
     *
     * @param parent where; made if need be
     * @param sides  the words for side {@code a} and side {@code b}, {@code hostname}, and whatever else
     * @param now    when it begins; names the folder to the second
     * @return the folder
     */
    public static PairsFolder create(Path parent, Map<String, ?> sides, Instant now) {
        String name = RunFolder.folderWord(String.valueOf(sides.get(RunFolder.HOSTNAME))) + '-' + RunFolder.UTC_SECONDS.format(now)
            + "-pairs";
        JsonNode tree = Json.MAPPER.valueToTree(sides);
        try {
            Files.createDirectories(parent);
            Path folder = RunFolder.createNew(parent, name);
            WholeFile.write(folder.resolve(SIDES), half -> Files.writeString(half, Json.pretty(tree)));
            return new PairsFolder(folder, tree);
        } catch (FileAlreadyExistsException e) {
            throw new BadRunException(e.getFile() + " is not a folder", e);
        } catch (IOException e) {
            throw new BadRunException("cannot make the folder " + parent.resolve(name) + ": " + Reason.of(e), e);
        }
    }

    /**
     * Whether a folder is one of two sides.
     *
     * @param folder any path
     * @return whether it holds a file that only such have
     */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(SIDES));
    }

    /**
     * Opens such a folder, finished or not.
     *
     * @param folder the folder
     * @return the folder
     * @throws BadRunException if it does not say what was measured
     */
    public static PairsFolder open(Path folder) {
        Path file = folder.resolve(SIDES);
        JsonNode sides = Json.tree(Json.bytes(file), file);
        for (String side : List.of("a", "b")) {
            if (!Text.isLine(sides.path(side).asString(""), Integer.MAX_VALUE)) {
                throw new BadRunException(file + ": " + side + " is " + Text.quoted(sides.path(side).toString())
                    + "; accepted: a line of text");
            }
        }
        return new PairsFolder(folder, sides);
    }

    /**
     * Where this is.
     *
     * @return the folder as it was given or made
     */
    public Path path() {
        return folder;
    }

    /**
     * Makes the folder of a turn.
     *
     * @param pair its pair, 1..{@link #MOST_PAIRS}
     * @param side {@code a} or {@code b}
     * @return the folder, in which the turn's run is to be made
     */
    public Path turn(int pair, char side) {
        Path turn = folder.resolve(name(pair, side));
        try {
            return Files.createDirectory(turn);
        } catch (IOException e) {
            throw new BadRunException("cannot make the folder " + turn + ": " + Reason.of(e), e);
        }
    }

    /**
     * Whether others, or a hypervisor, had so much of the CPUs beside a pair that they may have been measured with it.
     *
     * @param pair a pair whose turns are measured
     * @return whether that is so of any point of either turn; false of turns that do not tell
     * @throws BadRunException if a run is damaged
     */
    public boolean isDisturbed(int pair) {
        return pairs().stream().filter(each -> each.number == pair).flatMap(each -> Stream.of(each.a, each.b))
            .flatMap(run -> run.rows().stream()).anyMatch(row -> row.rounds() != null && row.rounds().disturbed());
    }

    /**
     * Takes both turns of a pair away from what is compared, so that it can be measured again. They stay in the folder.
     *
     * @param pair the pair, whose turns were begun
     */
    public void setAside(int pair) {
        for (char side : new char[] {'a', 'b'}) {
            Path turn = folder.resolve(name(pair, side));
            try {
                Files.move(turn, turn.resolveSibling(turn.getFileName() + "-disturbed"));
            } catch (IOException e) {
                throw new BadRunException("cannot rename the folder " + turn + ": " + Reason.of(e), e);
            }
        }
    }

    private static String name(int pair, char side) {
        return String.format(Locale.ROOT, "%03d-%s", pair, side);
    }

    /** What a side is, in words: a line. */
    String words(char side) {
        return sides.path(String.valueOf(side)).asString();
    }

    /** The pairs of which both turns were begun, in their order. */
    List<Pair> pairs() {
        Map<Integer, RunFolder> a = new TreeMap<>();
        Map<Integer, RunFolder> b = new TreeMap<>();
        try (Stream<Path> turns = Files.list(folder)) {
            for (Path turn : turns.sorted().toList()) {
                Matcher name = TURN.matcher(turn.getFileName().toString());
                if (name.matches()) {
                    Map<Integer, RunFolder> side = name.group(2).equals("a") ? a : b;
                    run(turn).ifPresent(run -> side.put(Integer.valueOf(name.group(1)), run));
                }
            }
        } catch (IOException e) {
            throw new BadRunException(folder + " cannot be read: " + Reason.of(e), e);
        }
        List<Pair> pairs = new ArrayList<>();
        a.forEach((number, run) -> {
            if (b.containsKey(number)) {
                pairs.add(new Pair(number, run, b.get(number)));
            }
        });
        return pairs;
    }

    /** The run of a turn; none if it was killed before it had begun. */
    private static Optional<RunFolder> run(Path turn) throws IOException {
        try (Stream<Path> within = Files.list(turn)) {
            List<Path> runs = within.filter(each -> Files.isRegularFile(each.resolve(RunFolder.HOST))).toList();
            if (runs.size() > 1) {
                throw new BadRunException(turn + " holds several runs; accepted: the run of one turn");
            }
            return runs.stream().findFirst().map(RunFolder::open);
        }
    }
}
