package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.results.PlainJmhFile.LeftOut;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs beside the first of them, point by point: ratios, how far each can be trusted, and a verdict only where the
 * forks support one; in each run, what batching gains; and below the tables the laws that were fitted to each run. Or
 * plain JMH results of any benchmark, result by result.
 *
 * <p>What is not the same work is not compared: points pair up only where they agree in all axes, but for those that
 * were asked for; the clock and the workload can not be among these, nor do a kernel that there was and the mixture from
 * before kernels were told apart pair up. What else differs between the runs, hosts, JDKs, versions, is said.
 */
public final class Comparison {
    private static final int WIDTH = 120;
    private static final int LONGEST_WORD = 60;
    private static final int LONGEST_LABEL = 40;
    private static final int LONGEST_PAIR = 30;
    private static final int MOST_PERCENT = 999;
    private static final int LONGEST_UNIT = 20;
    private static final int MOST_SIDES = 26;
    /** So many of what is left out are told to people; programs are told of all. */
    private static final int MOST_LEFT_OUT = 10;

    /** So many results of each side are enough to tell a person what differs. */
    private static final int MOST_LOOKED_AT = 500;

    /** In how many other words results may differ that are nearer than those of other work. */
    private static final int FAR = 100;
    private static final Set<String> OTHER_WORK = Stream.concat(Stream.of(PlainJmh.BENCHMARK),
        Arrays.stream(Axis.values()).filter(Axis::isOtherWork).map(Axis::key)).collect(Collectors.toUnmodifiableSet());

    /** A side that scatters more than so many times as much as the other has the lesser minimum by scatter alone. */
    private static final double UNLIKE_SPREAD = 2;

    /** What the description of a host can tell of a difference between runs, beside the points. */
    private static final List<String> TOLD =
        List.of("hostname", "cpuModel", "usableCpus", "kernel", "jdk", "vm", "forkFlags", "salvo");
    private static final List<String> SHOWN = List.of("hostname", "cpuModel", "usableCpus", "jdk", "salvo");

    private static final String VERDICT = "verdict: only where the interval leaves 1 out; no difference: none that "
        + "was to be seen.";
    private static final String FEW_FORKS = " A verdict takes " + ForkFigure.ENOUGH_FORKS + " forks a side (--forks "
        + ForkFigure.ENOUGH_FORKS + ").";
    private static final String FEW_PAIRS = " A verdict takes " + ForkFigure.ENOUGH_FORKS + " pairs.";
    private static final String PACED = "Emulated time: what the median forks tend to as the dilation grows; forks are "
        + "drawn within each dilation, and extrapolated anew; the interval reaches over the ratio of means at the largest "
        + "dilation, too. How far a profile is off its chip is in none.";

    private final Statistic statistic;
    private final Set<Axis> across;
    private final List<Side> sides = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    /** Where the sides were measured in turns: the folder. */
    private final String pairs;

    /**
     * A result with the words that say what it is of; of our own runs, its row and what its time is made of; of those
     * that were measured in turns, what each turn measured, else null.
     */
    private record Item(Map<String, String> words, ForkFigure figure, Row row, boolean higherIsBetter,
            Map<Part, double[]> parts, Turns turns) {
    }

    /** What the turns of one side measured at a point, by the numbers of their pairs. */
    private static final class Turns {
        private final Row row;
        private final Map<Integer, Double> times = new TreeMap<>();
        private final Map<Part, Map<Integer, Double>> parts = new EnumMap<>(Part.class);

        Turns(Row row) {
            this.row = row;
        }

        void add(int pair, double time, Map<Part, double[]> ofTurn) {
            times.put(pair, time);
            ofTurn.forEach((part, values) -> parts.computeIfAbsent(part, first -> new TreeMap<>())
                .put(pair, Arrays.stream(values).average().getAsDouble()));
        }

        Item item(Set<Axis> across) {
            Map<Part, double[]> known = new EnumMap<>(Part.class);
            parts.forEach((part, values) -> known.put(part, array(values.values())));
            return new Item(row.point().shown(across), ForkFigure.ofTimes(array(times.values())), row, false, known, this);
        }

        /** The ratio of what the turns of the same pairs measured. */
        static Ratio ratio(Map<Integer, Double> base, Map<Integer, Double> other, boolean higherIsBetter, int comparisons) {
            List<Integer> pairs = base.keySet().stream().filter(other::containsKey).toList();
            return Ratio.ofPairs(array(pairs.stream().map(base::get).toList()),
                array(pairs.stream().map(other::get).toList()), higherIsBetter, comparisons);
        }

        private static double[] array(Collection<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** A run or a file. */
    private record Side(char letter, String name, String words, List<Item> items, List<LeftOut> leftOut,
            Map<String, Object> host) {
        String over(Side other) {
            return letter + " over " + other.letter;
        }

        List<Row> rows() {
            return items.stream().map(Item::row).filter(Objects::nonNull).toList();
        }

        /** Each on its own host: how far a law may speak depends on the CPUs and sockets that there are. */
        List<Fits.Fit> fits() {
            return Fits.of(rows(), host);
        }
    }

    /** Two results that are compared. */
    private static final class Line {
        private final Side side;
        private final Item base;
        private final Item other;
        private Ratio ratio;

        Line(Side side, Item base, Item other) {
            this.side = side;
            this.base = base;
            this.other = other;
        }

        /** Whether both sides' figures are by round. */
        boolean isOfRounds() {
            return base.figure.replicates() != null && other.figure.replicates() != null;
        }

        /** Of both sides' lines. */
        Straightness straightness() {
            return of(base.row).and(of(other.row));
        }

        private static Straightness of(Row row) {
            return row == null || row.paced() == null ? Straightness.STRAIGHT : row.paced().straightness();
        }
    }

    private Comparison(Statistic statistic, Set<Axis> across, String pairs) {
        this.statistic = statistic;
        this.across = across;
        this.pairs = pairs;
    }

    /**
     * Compares runs.
     *
     * @param runs      the runs, the first of which the others are compared with; with one run only its gains are told
     * @param across    axes in which points that are compared may differ; neither the clock nor the workload
     * @param statistic what a fork's iterations are made into
     * @return the comparison
     * @throws BadRunException if a run is damaged or empty, or if one has no point in common with the first
     */
    public static Comparison ofRuns(List<RunFolder> runs, Set<Axis> across, Statistic statistic) {
        if (across.stream().anyMatch(Axis::isOtherWork)) {
            throw new IllegalArgumentException("across " + across + ": other work is not compared");
        }
        Comparison comparison = new Comparison(statistic, across, "");
        for (RunFolder run : runs) {
            List<Row> rows = run.rows();
            String name = line(run.path());
            if (rows.isEmpty()) {
                throw new BadRunException(name + " holds no point; accepted: a run in which something was measured");
            }
            if (Row.believed(rows).isEmpty()) {
                throw new BadRunException(name + " holds no time that was not refused: " + name(rows.get(0)) + ": "
                    + rows.get(0).refused(Figure.NS_PER_PAGE).words());
            }
            Map<Point, Map<Part, double[]>> parts = run.parts();
            comparison.add(name, hostWords(run), Row.believed(rows).stream().map(row -> new Item(row.point().shown(across),
                    ForkFigure.of(row, statistic), row, false, parts.get(row.point()), null))
                .toList(), rows.stream().filter(Row::isRefused).map(row -> new LeftOut(row.point().shown(across),
                    name + ", " + name(row) + ": " + row.refused(Figure.NS_PER_PAGE).words())).toList(), run.host());
        }
        comparison.compare();
        return comparison;
    }

    private static String hostWords(RunFolder run) {
        return SHOWN.stream().map(key -> Text.shortened(described(run.host(), key), LONGEST_WORD))
            .filter(text -> !text.isEmpty()).collect(Collectors.joining(Text.AND));
    }

    /**
     * Compares two sides that were measured in turns, pair by pair.
     *
     * @param folder    what was measured, finished or not
     * @param across    axes in which points that are compared may differ; with none, those in which the sides do
     * @param statistic what a JVM's iterations are made into
     * @return the comparison
     * @throws BadRunException if a run is damaged, if no pair is there yet, or if the sides have no point in common
     */
    public static Comparison ofPairs(PairsFolder folder, Set<Axis> across, Statistic statistic) {
        Map<Point, Turns> a = new TreeMap<>();
        Map<Point, Turns> b = new TreeMap<>();
        List<PairsFolder.Pair> pairs = folder.pairs();
        for (PairsFolder.Pair pair : pairs) {
            collect(pair.number(), pair.a(), a, statistic);
            collect(pair.number(), pair.b(), b, statistic);
        }
        if (a.isEmpty() || b.isEmpty()) {
            throw new BadRunException(line(folder.path()) + " holds no pair yet; accepted: a folder in which both "
                + "sides have measured a point");
        }
        Set<Axis> differing = across.isEmpty() ? across(a.keySet(), b.keySet()) : across;
        Comparison comparison = new Comparison(statistic, differing, line(folder.path()));
        PairsFolder.Pair first = pairs.get(0);
        comparison.add(folder.words('a'), hostWords(first.a()), items(a, differing), List.of(), first.a().host());
        comparison.add(folder.words('b'), hostWords(first.b()), items(b, differing), List.of(), first.b().host());
        comparison.compare();
        return comparison;
    }

    private static void collect(int number, RunFolder run, Map<Point, Turns> side, Statistic statistic) {
        Map<Point, Map<Part, double[]>> parts = run.parts();
        for (Row row : run.rows()) {
            side.computeIfAbsent(row.point(), point -> new Turns(row)).add(number,
                ForkFigure.of(row, statistic).value(), parts.get(row.point()));
        }
    }

    private static List<Item> items(Map<Point, Turns> side, Set<Axis> across) {
        return side.values().stream().map(turns -> turns.item(across)).toList();
    }

    /**
     * The axes in which points of two sides that are compared differ: none if the sides share a point, else those in
     * whose values they do.
     *
     * @param a one side's points, at least one
     * @param b the other's
     * @return the axes
     * @throws BadRunException if some points cannot be paired so: they are other work, several differ only in those axes, or
     *                         nobody could have chosen one of two
     */
    public static Set<Axis> across(Collection<Point> a, Collection<Point> b) {
        if (a.stream().anyMatch(b::contains)) {
            return Set.of();
        }
        Set<Axis> differing = EnumSet.noneOf(Axis.class);
        for (Axis axis : Point.shownAxes()) {
            if (!values(axis, a).equals(values(axis, b))) {
                differing.add(axis);
            }
        }
        differing.stream().filter(Axis::isOtherWork).findFirst().ifPresent(axis -> {
            throw new BadRunException("A and B differ in " + axis.key() + ' ' + String.join(",", values(axis, a)) + " / "
                + String.join(",", values(axis, b)) + ", which is other work, whose times have no ratio; accepted: "
                + "sides of the same clock and workload");
        });
        Map<Map<String, String>, Point> ofA = alone(a, differing, 'A');
        Map<Map<String, String>, Point> ofB = alone(b, differing, 'B');
        ofA.keySet().retainAll(ofB.keySet());
        ofA.forEach((words, ours) -> checkNoneIsApart("A", "B", ours, ofB.get(words)));
        if (ofA.isEmpty()) {
            throw new BadRunException("A and B have no points that could be compared; accepted: sides that share a "
                + "point, or that differ in the values of a few axes only");
        }
        return differing;
    }

    private static Set<String> values(Axis axis, Collection<Point> points) {
        return points.stream().map(axis::shown).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<Map<String, String>, Point> alone(Collection<Point> points, Set<Axis> across, char side) {
        Map<Map<String, String>, Point> words = new LinkedHashMap<>();
        for (Point point : points) {
            if (words.put(point.shown(across), point) != null) {
                throw new BadRunException(side + " has several points that differ only in "
                    + across.stream().map(Axis::key).collect(Collectors.joining(", ")) + ", and the other side none of "
                    + "them; accepted: sides that share a point, or that each have one of those");
            }
        }
        return words;
    }

    /**
     * Compares plain JMH results.
     *
     * @param files     what JMH wrote, two or more; the others are compared with the first
     * @param statistic what a fork's iterations are made into
     * @return the comparison
     * @throws BadRunException if a file holds no JMH results that can be compared, or none that the first one holds too
     */
    public static Comparison ofJmh(List<Path> files, Statistic statistic) {
        Comparison comparison = new Comparison(statistic, Set.of(), "");
        for (Path file : files) {
            PlainJmhFile read = PlainJmhFile.read(file, statistic);
            comparison.add(line(file), "", read.results().stream().map(result -> new Item(result.words(),
                ForkFigure.of(List.of(new Row.Sampled(1, result.iterations())), statistic), null,
                result.higherIsBetter(), Map.of(), null)).toList(), read.leftOut(), Map.of());
        }
        comparison.compare();
        return comparison;
    }

    /** A path as it is, on one line. */
    private static String line(Path path) {
        return Text.oneLine(path.toString(), Integer.MAX_VALUE);
    }

    private void add(String name, String words, List<Item> items, List<LeftOut> leftOut, Map<String, Object> host) {
        if (sides.size() == MOST_SIDES) {
            throw new BadRunException(name + " is one too many; accepted: at most " + MOST_SIDES);
        }
        sides.add(new Side((char) ('A' + sides.size()), name, words, items, leftOut, host));
    }

    private void compare() {
        Side base = sides.get(0);
        Map<Map<String, String>, Item> ofBase = byWords(base);
        for (Side side : sides.subList(1, sides.size())) {
            Map<Map<String, String>, Item> ofSide = byWords(side);
            List<Line> common = new ArrayList<>();
            ofBase.forEach((words, item) -> {
                if (ofSide.containsKey(words)) {
                    common.add(new Line(side, item, ofSide.get(words)));
                }
            });
            if (common.isEmpty()) {
                throw nothingInCommon(base, side);
            }
            common.stream().filter(line -> line.base.row != null)
                .forEach(line -> checkNoneIsApart(base.name, side.name, line.base.row.point(), line.other.row.point()));
            lines.addAll(common);
            differences(base, side, common);
        }
        lines.forEach(line -> line.ratio = ratio(line, line.base.higherIsBetter, lines.size()));
        if (statistic == Statistic.MIN) {
            warnOfMinima();
        }
    }

    private static void checkNoneIsApart(String name, String otherName, Point ours, Point theirs) {
        Point.shownAxes().stream().filter(axis -> axis.setsApart(ours, theirs)).findFirst().ifPresent(axis -> {
            throw new BadRunException(name + " and " + otherName + " differ in "
                + difference(axis.key(), axis.shown(ours), axis.shown(theirs)) + ", of which " + axis.absent().orElseThrow()
                + " is from before there was a choice; accepted: two that were chosen, or two that were not");
        });
    }

    private static Ratio ratio(Line line, boolean higherIsBetter, int comparisons) {
        return line.base.turns == null ? Ratio.of(line.base.figure, line.other.figure, higherIsBetter, comparisons)
            : Turns.ratio(line.base.turns.times, line.other.turns.times, higherIsBetter, comparisons);
    }

    private Map<Map<String, String>, Item> byWords(Side side) {
        Map<Map<String, String>, Item> items = new LinkedHashMap<>();
        for (Item item : side.items) {
            Item same = items.putIfAbsent(item.words, item);
            if (same != null && sides.size() > 1) {
                throw new BadRunException(side.name + " holds several points that differ only in "
                    + differing(everyWord(same), everyWord(item))
                    + "; accepted with --across: runs that each hold one of those");
            }
        }
        return items;
    }

    private static BadRunException nothingInCommon(Side base, Side side) {
        List<Map<String, String>> all = side.items.stream().limit(MOST_LOOKED_AT).map(Comparison::everyWord).toList();
        List<String> keys = List.of();
        String differing = "";
        Item nearest = null;
        Item nearestOther = null;
        for (Item item : base.items.subList(0, Math.min(base.items.size(), MOST_LOOKED_AT))) {
            Map<String, String> ours = everyWord(item);
            for (int i = 0; i < all.size(); i++) {
                Map<String, String> theirs = all.get(i);
                List<String> differ = differingKeys(ours, theirs);
                if (nearest == null || weight(differ) < weight(keys)) {
                    keys = differ;
                    nearest = item;
                    nearestOther = side.items.get(i);
                    differing = differing(ours, theirs);
                }
            }
        }
        String said = base.name + " and " + side.name + " have nothing in common that could be compared: the nearest, "
            + name(nearest) + ", differ in " + differing;
        List<LeftOut> leftOut = Stream.of(base, side).flatMap(one -> one.leftOut.stream()).toList();
        if (!leftOut.isEmpty()) {
            return new BadRunException(said + "; left out are " + leftOut.size() + ", the first " + leftOut.get(0).line());
        }
        if (nearest.row == null) {
            return new BadRunException(said + "; accepted: results of the same benchmark, mode, unit and parameters");
        }
        checkNoneIsApart(base.name, side.name, nearest.row.point(), nearestOther.row.point());
        boolean otherWork = keys.stream().anyMatch(OTHER_WORK::contains);
        return new BadRunException(said + (otherWork
            ? ", which is other work; accepted: runs of the same clock and workload"
            : "; accepted: runs that share a point, or --across " + String.join(",", keys)));
    }

    private static String name(Item item) {
        return item.row == null ? "of " + Text.quoted(item.words.get(PlainJmh.BENCHMARK))
            : "at " + item.row.point().cores() + " cores";
    }

    private static Map<String, String> everyWord(Item item) {
        return item.row == null ? item.words : item.row.point().shown(Set.of());
    }

    private static List<String> differingKeys(Map<String, String> ours, Map<String, String> theirs) {
        Set<String> keys = new LinkedHashSet<>(ours.keySet());
        keys.addAll(theirs.keySet());
        return keys.stream().filter(key -> !Objects.equals(ours.get(key), theirs.get(key))).toList();
    }

    /** What is other work is as far off as can be. */
    private static int weight(List<String> keys) {
        return keys.stream().mapToInt(key -> OTHER_WORK.contains(key) ? FAR : 1).sum();
    }

    private static String differing(Map<String, String> ours, Map<String, String> theirs) {
        return differingKeys(ours, theirs).stream().map(key -> difference(key,
            Text.word(ours.getOrDefault(key, "none"), true), Text.word(theirs.getOrDefault(key, "none"), true)))
            .collect(Collectors.joining(", "));
    }

    private static String difference(String key, String ours, String theirs) {
        Map<String, String> shown = Text.toldApart(List.of(ours, theirs), LONGEST_WORD);
        return key + ' ' + shown.get(ours) + " / " + shown.get(theirs);
    }

    private void differences(Side base, Side side, List<Line> common) {
        List<String> differ = new ArrayList<>();
        for (String key : TOLD) {
            String ours = described(base.host, key);
            String theirs = described(side.host, key);
            if (!ours.equals(theirs)) {
                differ.add(difference(key, orNone(ours), orNone(theirs)));
            }
        }
        common.stream().filter(line -> line.base.row != null).flatMap(line -> pointDifferences(line).stream())
            .distinct().forEach(differ::add);
        String what = base.items.get(0).row == null ? "results" : "points";
        int ours = base.items.size() - common.size();
        int theirs = side.items.size() - common.size();
        String alone = (ours == 0 ? "" : "; " + ours + " " + what + " of " + base.letter + " are not in " + side.letter)
            + (theirs == 0 ? "" : "; " + theirs + " " + what + " of " + side.letter + " are not in " + base.letter);
        if (!differ.isEmpty() || !alone.isEmpty()) {
            differences.add(base.letter + " / " + side.letter + (differ.isEmpty() ? ": " + alone.substring(2)
                : " differ in " + String.join("; ", differ) + alone));
        }
    }

    private List<String> pointDifferences(Line line) {
        Row ours = line.base.row;
        Row theirs = line.other.row;
        List<String> differ = new ArrayList<>();
        if (!ours.jdk().equals(theirs.jdk())) {
            differ.add("JDK of the forks " + ours.jdk() + " / " + theirs.jdk());
        }
        if (ours.hostCpus() != theirs.hostCpus()) {
            differ.add("CPUs of the cores " + ours.hostCpus() + " / " + theirs.hostCpus());
        }
        if (ours.scheduled() != theirs.scheduled()) {
            differ.add((ours.scheduled() ? "oversubscribed / not" : "not oversubscribed / oversubscribed")
                + ", so that the host's scheduler is part of one side's times only");
        }
        for (Axis axis : across) {
            String word = axis.key();
            String our = everyWord(line.base).get(word);
            String their = everyWord(line.other).get(word);
            if (!our.equals(their)) {
                differ.add(difference(word, our, their));
            }
        }
        return differ;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "not known" : text;
    }

    /** A value of a description that may say anything. */
    private static String described(Map<String, Object> host, String key) {
        Object value = host.get(key);
        String text = Text.oneLine(value == null ? "" : String.valueOf(value), Integer.MAX_VALUE);
        return switch (key) {
            case "usableCpus" -> text.isEmpty() || text.equals("1") ? text : text + " CPUs";
            case "jdk" -> text.isEmpty() ? text : "JDK " + text;
            case "salvo" -> text.isEmpty() ? text : "salvo " + text;
            default -> text;
        };
    }

    private void warnOfMinima() {
        long unlike = lines.stream().filter(line -> unlike(line.base.figure.spread(), line.other.figure.spread()))
            .count();
        if (unlike > 0) {
            warnings.add("MINIMA OF UNLIKE SCATTER: in " + unlike + " of " + lines.size() + " lines one side's "
                + "iterations scatter more than twice as much as the other's. The wider a scatter, the farther its minimum "
                + "lies below what is usual: such a ratio of minima tells of the scatter, not of speed. Compare means.");
        }
    }

    private static boolean unlike(double one, double other) {
        return Math.max(one, other) > UNLIKE_SPREAD * Math.min(one, other);
    }

    /**
     * What became slower.
     *
     * @param percent by how much it may
     * @return a line for each point whose whole interval lies beyond; empty if there is none
     */
    public List<String> slowerBy(double percent) {
        return lines.stream().filter(line -> line.ratio.isSlowerBy(percent, line.base.higherIsBetter))
            .map(this::told).toList();
    }

    private String told(Line line) {
        return name(line) + ": " + line.side.over(sides.get(0)) + " is " + Figures.ratio(line.ratio.value()) + ", "
            + interval(line.ratio);
    }

    /**
     * What cannot be decided: whether it became slower by so much, or not.
     *
     * @param percent by how much it may
     * @return a line for each point whose interval holds that, or that has too few forks on one side, and for each
     *         result that can be used of the first file and not of another; empty if there is none
     */
    public List<String> undecided(double percent) {
        List<String> undecided = new ArrayList<>();
        for (Line line : lines) {
            boolean told = line.ratio.isSlowerBy(percent, line.base.higherIsBetter)
                || line.ratio.isNotSlowerBy(percent, line.base.higherIsBetter);
            if (line.ratio.verdict() == Ratio.Verdict.NOT_ENOUGH_FORKS) {
                undecided.add(name(line) + ": " + verdict(line.ratio, false));
            } else if (!told) {
                undecided.add(told(line));
            }
        }
        Set<Map<String, String>> ofBase = sides.get(0).items.stream().map(Item::words).collect(Collectors.toSet());
        sides.stream().skip(1).flatMap(side -> side.leftOut.stream()).filter(left -> ofBase.contains(left.words()))
            .forEach(left -> undecided.add(left.line()));
        return undecided;
    }

    /**
     * How wide the widest interval is.
     *
     * @return how far it reaches to its farther side, as a share of the ratio; infinite while some point has too few
     *         pairs
     */
    public double widest() {
        return lines.stream().mapToDouble(line -> line.ratio.halfWidth()).max().getAsDouble();
    }

    /**
     * Of what that is.
     *
     * @return the point, in words
     */
    public String widestPoint() {
        return name(lines.stream().max(Comparator.comparingDouble(line -> line.ratio.halfWidth())).get());
    }

    private static String name(Line line) {
        return line.base.row == null ? PlainJmh.name(line.base.words) : name(line.base.row);
    }

    private static String name(Row row) {
        return row.point().cores() + " cores, " + Point.word(row.point().strategy()) + ", "
            + Axis.SENDERS.caption(row.point());
    }

    /**
     * The comparison as plain text, at most {@value #WIDTH} columns wide, unless it takes more to tell results apart.
     *
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public String text(TerminalStyle style) {
        StringBuilder text = new StringBuilder();
        for (Side side : sides) {
            String role = sides.size() == 1 ? "" : side.letter + (side == sides.get(0) ? " (base)  " : "         ");
            wrapped(text, style, null, role + side.name + (side.words.isEmpty() ? "" : Text.AND + side.words));
        }
        if (!pairs.isEmpty()) {
            wrapped(text, style, null, "measured in turns, in " + pairs);
        }
        differences.forEach(line -> wrapped(text, style, null, line));
        apart().forEach(line -> wrapped(text, style, TerminalStyle.Ink.WARNING, line));
        sides.forEach(side -> leftOut(side).forEach(line -> wrapped(text, style, TerminalStyle.Ink.WARNING, line)));
        boolean jmh = sides.get(0).items.get(0).row == null;
        if (jmh) {
            text.append(jmhTable(style).text(style));
        } else {
            byClock(lines).forEach(part -> text.append(table(part).text(style)));
        }
        if (!lines.isEmpty()) {
            text.append('\n');
            warnings.forEach(line -> wrapped(text, style, TerminalStyle.Ink.WARNING, line));
            notes(jmh).forEach(note -> wrapped(text, style, TerminalStyle.Ink.FAINT, note));
        }
        String parts = partTable().text(style);
        if (!parts.isEmpty()) {
            text.append(parts).append('\n');
            partNotes().forEach(note -> wrapped(text, style, TerminalStyle.Ink.FAINT, note));
        }
        List<Line> gains = gains();
        byClock(gains).forEach(part -> text.append(gainTable(part).text(style)));
        if (!gains.isEmpty()) {
            text.append('\n');
            gainNotes(gains).forEach(note -> wrapped(text, style, TerminalStyle.Ink.FAINT, note));
        }
        Map<String, List<Fits.Fit>> all = new LinkedHashMap<>();
        fitted().forEach(side -> all.put(sides.size() == 1 ? "" : side.letter + ", ", side.fits()));
        String fits = Fits.text(all, style);
        return text.append(fits.isEmpty() ? "" : '\n' + fits).toString();
    }

    /** A law is fitted to the rows of a run; pairs have many, and none is of them all. */
    private List<Side> fitted() {
        return pairs.isEmpty() ? sides : List.of();
    }

    /** What lies between runs that were not measured in turns, a line for each but the first. */
    private List<String> apart() {
        Side base = sides.get(0);
        List<String> told = new ArrayList<>();
        if (pairs.isEmpty() && base.items.get(0).row != null) { // of JMH's results nobody says when they were made
            for (Side side : sides.subList(1, sides.size())) {
                boolean isElsewhere = !described(base.host, "hostname").equals(described(side.host, "hostname"));
                Optional<Duration> later = start(base.host).flatMap(ours -> start(side.host)
                    .map(theirs -> Duration.between(ours, theirs)));
                if (isElsewhere || later.isEmpty() || !later.get().isZero()) { // else they are one run
                    told.add(base.letter + " / " + side.letter + " were measured apart"
                        + later.map(Comparison::words).orElse("") + (isElsewhere ? ", on different hosts" : "")
                        + ": whatever else changed from the one to the other (load, clock rates, temperature, where "
                        + "memory lies) is part of the ratio and in no interval; compare --measure takes both in turns.");
                }
            }
        }
        return told;
    }

    private static String words(Duration later) {
        return ", " + unsigned(later.abs()) + (later.isNegative() ? " earlier" : " later");
    }

    private static Optional<Instant> start(Map<String, Object> host) {
        try {
            return Optional.ofNullable(host.get("start")).map(start -> Instant.parse(start.toString()));
        } catch (DateTimeParseException notOurs) { // then how much lies between is not told
            return Optional.empty();
        }
    }

    /** In the unit that leaves it between 2 and some tens. */
    private static String unsigned(Duration time) {
        return time.toDays() >= 2 ? time.toDays() + " days" : time.toHours() >= 2 ? time.toHours() + " h"
            : time.toMinutes() >= 2 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    private static List<String> leftOut(Side side) {
        List<String> told = new ArrayList<>(side.leftOut.stream().limit(MOST_LEFT_OUT)
            .map(left -> "left out: " + left.line()).toList());
        if (side.leftOut.size() > MOST_LEFT_OUT) {
            told.add("left out: " + (side.leftOut.size() - MOST_LEFT_OUT) + " more of " + side.letter
                + " (--json FILE names them)");
        }
        return told;
    }

    private static void wrapped(StringBuilder text, TerminalStyle style, TerminalStyle.Ink ink, String line) {
        Text.wrapped(style.letters(line), WIDTH)
            .forEach(part -> text.append(ink == null ? part : style.ink(ink, part)).append('\n'));
    }

    private static Collection<List<Line>> byClock(List<Line> lines) {
        return lines.stream().collect(Collectors.groupingBy(line -> line.base.row.point().clock(), TreeMap::new,
            Collectors.toList())).values();
    }

    private TextTable table(List<Line> part) {
        Side base = sides.get(0);
        EnumSet<Axis> varied = Captions.varied(part.stream().map(line -> line.base.row).toList());
        varied.add(Axis.SENDERS);
        varied.add(Axis.CLOCK);
        boolean one = sides.size() == 2;
        List<String> heads = new ArrayList<>(List.of("cores", "strategy"));
        if (!across.isEmpty()) {
            heads.add("across " + across.stream().map(Axis::key).collect(Collectors.joining(",")));
        }
        heads.addAll(figureHeads());
        Map<Line, String> labels = shown(LONGEST_PAIR, this::pair);
        TextTable table = new TextTable(heads, across.isEmpty() ? 2 : 3);
        for (Line line : part) {
            Row row = line.base.row;
            List<String> cells = new ArrayList<>(List.of(Integer.toString(row.point().cores()),
                Point.word(row.point().strategy())));
            if (!across.isEmpty()) {
                cells.add(labels.get(line));
            }
            cells.addAll(cells(line, Figures::time, false));
            table.add((one ? "" : line.side.over(base) + Text.AND) + Captions.words(varied, row.point(), Text.AND), cells);
        }
        return table;
    }

    private List<String> figureHeads() {
        Side base = sides.get(0);
        boolean one = sides.size() == 2;
        return List.of(base.letter + "", one ? sides.get(1).letter + "" : "other",
            one ? sides.get(1).over(base) : "over " + base.letter, "interval", "could see", "verdict");
    }

    private String pair(Line line) {
        Map<String, String> ours = everyWord(line.base);
        Map<String, String> theirs = everyWord(line.other);
        return across.stream().map(Axis::key).map(axis -> ours.get(axis) + " / " + theirs.get(axis))
            .collect(Collectors.joining(", "));
    }

    private TextTable jmhTable(TerminalStyle style) {
        Side base = sides.get(0);
        boolean one = sides.size() == 2;
        Set<String> varied = lines.stream()
            .flatMap(line -> differingKeys(lines.get(0).base.words, line.base.words).stream())
            .collect(Collectors.toSet());
        varied.removeAll(List.of(PlainJmh.BENCHMARK, PlainJmh.MODE, PlainJmh.UNIT)); // those stand above
        Map<Line, String> params = shown(LONGEST_LABEL, line -> line.base.words.entrySet().stream()
            .filter(word -> varied.contains(word.getKey())).map(word -> PlainJmh.parameter(word, style.unicode()))
            .collect(Collectors.joining(" ")));
        Map<Line, String> benchmarks = shown(LONGEST_WORD, word(PlainJmh.BENCHMARK, style));
        Map<Line, String> units = shown(LONGEST_UNIT, word(PlainJmh.UNIT, style));
        List<String> heads = new ArrayList<>(List.of("parameters"));
        heads.addAll(figureHeads());
        TextTable table = new TextTable(heads, 1);
        for (Line line : lines) {
            List<String> cells = new ArrayList<>(List.of(params.get(line)));
            cells.addAll(cells(line, Figures::count, false));
            table.add((one ? "" : line.side.over(base) + Text.AND) + benchmarks.get(line) + Text.AND
                + line.base.words.get(PlainJmh.MODE) + Text.AND + units.get(line), cells);
        }
        return table;
    }

    private static Function<Line, String> word(String key, TerminalStyle style) {
        return line -> Text.word(line.base.words.get(key), style.unicode());
    }

    /** A text of each line, shortened as far as it still tells the lines apart that it did tell apart. */
    private Map<Line, String> shown(int longest, Function<Line, String> text) {
        Map<String, String> shown = Text.toldApart(lines.stream().map(text).toList(), longest);
        return lines.stream().collect(Collectors.toMap(Function.identity(), line -> shown.get(text.apply(line))));
    }

    private List<String> cells(Line line, DoubleFunction<String> figure, boolean gain) {
        return List.of(figure.apply(line.base.figure.value()), figure.apply(line.other.figure.value()),
            Figures.ratio(line.ratio.value()) + line.straightness().mark(), interval(line.ratio),
            couldSee(line.ratio),
            verdict(line.ratio, gain));
    }

    private static String couldSee(Ratio ratio) {
        double percent = Math.ceil(100 * ratio.couldSee());
        return !Double.isFinite(percent) ? Figures.NONE : percent > MOST_PERCENT ? ">+" + MOST_PERCENT + '%'
            : "+" + (int) percent + '%';
    }

    /** Each line's parts beside each other, where some are known on both sides and there are JVMs enough to tell. */
    private TextTable partTable() {
        Side base = sides.get(0);
        boolean one = sides.size() == 2;
        List<Line> told = lines.stream().filter(line -> line.ratio.verdict() != Ratio.Verdict.NOT_ENOUGH_FORKS
            && !parts(line).isEmpty()).toList();
        EnumSet<Axis> varied = Captions.varied(told.stream().map(line -> line.base.row).toList());
        varied.add(Axis.SENDERS);
        TextTable table = new TextTable(List.of("part", base.letter + "", one ? sides.get(1).letter + "" : "other",
            one ? sides.get(1).over(base) : "over " + base.letter, "interval"), 1);
        for (Line line : told) {
            Point point = line.base.row.point();
            String heading = (one ? "" : line.side.over(base) + Text.AND) + point.cores() + " cores" + Text.AND
                + Point.word(point.strategy()) + Text.AND + Captions.words(varied, point, Text.AND)
                + (across.isEmpty() ? "" : Text.AND + pair(line));
            parts(line).forEach((part, ratio) -> table.add(heading, List.of(part.caption(),
                part.text(mean(line.base, part)), part.text(mean(line.other, part)), Figures.ratio(ratio.value()),
                interval(ratio))));
        }
        return table;
    }

    private List<String> partNotes() {
        return List.of("issue, wait, software: of the forks that look at the clock for them. turn, round trip: of the "
            + "host, beside each fork. interval: " + Interval.CONFIDENCE_PERCENT + "% for each by itself"
            + (pairs.isEmpty() ? "" : ", over the pairs") + "; what explains a verdict is none.");
    }

    /** The ratio of each part that both sides tell. */
    private static Map<Part, Ratio> parts(Line line) {
        Map<Part, Ratio> ratios = new EnumMap<>(Part.class);
        line.base.parts.forEach((part, ours) -> {
            double[] theirs = line.other.parts.get(part);
            if (theirs != null) {
                ratios.put(part, line.base.turns == null ? ofForks(ours, theirs)
                    : Turns.ratio(line.base.turns.parts.get(part), line.other.turns.parts.get(part), false, 1));
            }
        });
        return ratios;
    }

    private static Ratio ofForks(double[] ours, double[] theirs) {
        boolean haveRatios = DoubleStream.concat(Arrays.stream(ours), Arrays.stream(theirs)).allMatch(value -> value > 0);
        return haveRatios ? Ratio.of(ForkFigure.ofTimes(ours), ForkFigure.ofTimes(theirs), false, 1)
            : Ratio.untold(Double.NaN, ours.length, theirs.length);
    }

    private static double mean(Item item, Part part) {
        return Arrays.stream(item.parts.get(part)).average().getAsDouble();
    }

    private static String interval(Ratio ratio) {
        return Double.isFinite(ratio.low()) ? Figures.ratio(ratio.low()) + ".." + Figures.ratio(ratio.high())
            : Figures.NONE;
    }

    /** What a verdict is over. */
    private String jvm() {
        return pairs.isEmpty() ? "fork" : "pair";
    }

    private String verdict(Ratio ratio, boolean gain) {
        return switch (ratio.verdict()) {
            case FASTER -> gain ? "gains" : "faster";
            case SLOWER -> gain ? "loses" : "slower";
            case NO_DIFFERENCE -> "no difference";
            case NOT_ENOUGH_FORKS -> "not enough " + jvm() + "s: " + (ratio.baseForks() == ratio.otherForks()
                ? ratio.baseForks() : ratio.baseForks() + " and " + ratio.otherForks()) + " of "
                + ForkFigure.ENOUGH_FORKS;
        };
    }

    private List<String> notes(boolean jmh) {
        List<String> notes = new ArrayList<>();
        String figures = sides.size() == 2 ? sides.get(0).letter + ", " + sides.get(1).letter
            : sides.get(0).letter + ", other";
        String unit = jmh ? ", in the unit that stands above" : ", of a page, of one sender";
        notes.add(figures + ": the mean over " + jvm() + "s of each " + jvm() + "'s " + word(lines) + unit + ". "
            + figureHeads().get(2) + (pairs.isEmpty() ? ": the ratio; " : ": the geometric mean of the pairs' ratios; ")
            + (jmh ? "thrpt: above 1 is faster, other modes: below 1 is." : "below 1 is faster."));
        if (anyPaced(lines) && pairs.isEmpty()) {
            notes.add(PACED);
        }
        notes.add(intervalNote(lines, ", from Student's t on the logarithms of whole JVMs' figures."));
        notes.add("could see: the smallest regression that such a comparison would have called slower in "
            + Ratio.POWER_PERCENT + "% of cases; a smaller one may be there.");
        notes.add(VERDICT + (anyFewForks(lines) ? pairs.isEmpty() ? FEW_FORKS : FEW_PAIRS : ""));
        addRowNotes(notes, lines);
        return notes;
    }

    private List<String> gainNotes(List<Line> gains) {
        List<String> notes = new ArrayList<>();
        notes.add("sync, this: the mean over " + jvm() + "s of each " + jvm() + "'s " + word(gains) + ". gain: sync over this; "
            + "above 1 gains. " + intervalNote(gains, ", from Student's t on the logarithms of each round's ratio.")
            + (anyFewForks(gains) ? pairs.isEmpty() ? FEW_FORKS : FEW_PAIRS : ""));
        addRowNotes(notes, gains);
        return notes;
    }

    private String intervalNote(List<Line> part, String ofRounds) {
        String how = !pairs.isEmpty() ? ", from the pairs' own ratios, and Student's t: a host that drifts takes both turns of a "
            + "pair along." : part.stream().allMatch(Line::isOfRounds) ? ofRounds
            : ", from whole forks drawn again " + ForkFigure.DRAWS + " times, and Student's t.";
        return "interval: " + Interval.CONFIDENCE_PERCENT + "% for " + (part.size() == 1 ? "it"
            : "all " + part.size() + " lines together (Bonferroni)") + how;
    }

    private static boolean anyPaced(List<Line> part) {
        return part.stream().anyMatch(line -> line.base.row != null && line.base.row.paced() != null);
    }

    private static boolean anyFewForks(List<Line> part) {
        return part.stream().anyMatch(line -> line.ratio.verdict() == Ratio.Verdict.NOT_ENOUGH_FORKS);
    }

    private static void addRowNotes(List<String> notes, List<Line> part) {
        if (part.stream().anyMatch(line -> line.straightness() == Straightness.BENT)) {
            notes.add(Straightness.BENT.mark() + ": a side's values at the several dilations do not lie on a straight line: do "
                + "not trust the ratio.");
        }
        if (part.stream().anyMatch(line -> line.straightness() == Straightness.CANNOT_TELL)) {
            notes.add(Straightness.CANNOT_TELL.mark() + ": whether a side's values at the several dilations lie on a straight "
                + "line cannot be told.");
        }
        List<Row> rows = part.stream().flatMap(line -> Stream.of(line.base.row, line.other.row))
            .filter(Objects::nonNull).toList();
        if (rows.stream().anyMatch(Row::scheduled)) {
            notes.add("oversubscribed: cores shared CPUs, so the host's scheduler is part of these times.");
        }
        if (rows.stream().anyMatch(row -> row.staleUses() > 0)) {
            notes.add("STALE USES: a core used a page after it was gone: do not trust this comparison.");
        }
    }

    private String word(List<Line> part) {
        return switch (statistic) {
            case MEAN -> part.stream().allMatch(Line::isOfRounds) ? "time over its pages" : "mean iteration";
            case P50 -> "median iteration";
            case MIN -> "least iteration";
        };
    }

    /** The synchronous strategy over each other one, in every run in which both were measured. */
    private List<Line> gains() {
        List<Line> gains = new ArrayList<>();
        for (Side side : sides) {
            List<Row> rows = side.rows();
            for (Item item : side.items) {
                if (item.row != null) {
                    Row.synchronous(item.row.point(), rows).ifPresent(sync -> gains.add(new Line(side, item,
                        side.items.stream().filter(other -> other.row == sync).findFirst().get())));
                }
            }
        }
        gains.forEach(line -> line.ratio = line.isOfRounds()
            ? Ratio.gain(line.base.figure.replicates(), line.other.figure.replicates(), gains.size())
            : ratio(line, true, gains.size()));
        return gains;
    }

    private TextTable gainTable(List<Line> part) {
        EnumSet<Axis> varied = Captions.varied(part.stream().map(line -> line.base.row).toList());
        varied.add(Axis.SENDERS);
        varied.add(Axis.CLOCK);
        TextTable table = new TextTable(List.of("cores", "strategy", "sync", "this", "gain", "interval", "could see",
            "verdict"), 2);
        for (Line line : part) {
            List<String> cells = new ArrayList<>(cells(line, Figures::time, true));
            cells.add(0, cells.remove(1)); // the synchronous one first
            cells.add(0, Point.word(line.base.row.point().strategy()));
            cells.add(0, Integer.toString(line.base.row.point().cores()));
            String of = sides.size() == 1 ? "" : " in " + line.side.letter;
            table.add("gain over sync" + of + Text.AND + Captions.words(varied, line.base.row.point(), Text.AND), cells);
        }
        return table;
    }

    /**
     * The comparison as data.
     *
     * @return an indented object with the keys {@code statistic}, {@code confidencePercent}, {@code across},
     *         {@code sides}, {@code differences}, {@code apart}, {@code leftOut}, {@code warnings}, {@code ratios} each
     *         with its {@code parts}, {@code gains} and {@code fits}; and {@code pairs}, the folder, if the sides were
     *         measured in turns; figures are finite or {@code null}; a line feed at the end
     */
    public String json() {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("statistic", Point.word(statistic));
        node.put("confidencePercent", Interval.CONFIDENCE_PERCENT);
        if (!pairs.isEmpty()) {
            node.put("pairs", pairs);
        }
        ArrayNode axes = node.putArray("across");
        across.forEach(axis -> axes.add(axis.key()));
        ArrayNode named = node.putArray("sides");
        sides.forEach(side -> named.addObject().put("side", side.letter + "").put("name", side.name));
        ArrayNode differ = node.putArray("differences");
        differences.forEach(differ::add);
        ArrayNode apart = node.putArray("apart");
        apart().forEach(apart::add);
        ArrayNode left = node.putArray("leftOut");
        sides.forEach(side -> side.leftOut.forEach(one -> left.add(one.line())));
        ArrayNode warned = node.putArray("warnings");
        warnings.forEach(warned::add);
        Set<Axis> said = RowsJson.axes(sides.stream().flatMap(side -> side.rows().stream()).map(Row::point).toList());
        ArrayNode ratios = node.putArray("ratios");
        for (Line line : lines) {
            ObjectNode ratio = ratios.addObject();
            put(line, said, "base", "other", "ratio", false, ratio);
            ArrayNode parts = ratio.putArray("parts");
            parts(line).forEach((part, of) -> put(line, part, of, parts.addObject()));
        }
        ArrayNode gains = node.putArray("gains");
        gains().forEach(line -> put(line, said, "this", "sync", "gain", true, gains.addObject()));
        ArrayNode fits = node.putArray("fits");
        for (Side side : fitted()) {
            side.fits().forEach(fit -> Fits.put(fit, fits.addObject().put("side", side.letter + "")));
        }
        return Json.pretty(node);
    }

    private void put(Line line, Set<Axis> said, String first, String second, String ratio, boolean gain, ObjectNode node) {
        node.put("side", line.side.letter + "");
        if (line.base.row != null) {
            RowsJson.put(line.base.row.point(), said, node);
            across.stream().filter(axis -> !gain).map(Axis::key)
                .forEach(axis -> node.put(axis + "OfOther", everyWord(line.other).get(axis)));
        } else {
            line.base.words.forEach(node::put);
        }
        RowsJson.put(node, first, line.base.figure.value());
        RowsJson.put(node, second, line.other.figure.value());
        RowsJson.put(node, ratio, line.ratio.value());
        RowsJson.put(node, "low", line.ratio.low());
        RowsJson.put(node, "high", line.ratio.high());
        RowsJson.put(node, "couldSee", line.ratio.couldSee());
        node.put(first + "Forks", line.ratio.baseForks());
        node.put(second + "Forks", line.ratio.otherForks());
        node.put("verdict", line.ratio.verdict() == Ratio.Verdict.NOT_ENOUGH_FORKS ? "not enough " + jvm() + "s"
            : verdict(line.ratio, gain));
    }

    private static void put(Line line, Part part, Ratio ratio, ObjectNode node) {
        node.put("part", Point.word(part));
        RowsJson.put(node, "base", mean(line.base, part));
        RowsJson.put(node, "other", mean(line.other, part));
        RowsJson.put(node, "ratio", ratio.value());
        RowsJson.put(node, "low", ratio.low());
        RowsJson.put(node, "high", ratio.high());
    }
}
