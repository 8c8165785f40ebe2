package dev.salvo.results;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * The folder of one run: the only place that knows how it is laid out.
 *
 * <pre>
 * &lt;host&gt;-&lt;UTC time&gt;/     with -2, -3 ... behind it where a run of that name and second is there already
 *   host.json            the host, as whoever measured described it; at least its "hostname", and who went on with it
 *   points/&lt;point&gt;.json  one file per measured point, as JMH wrote it; of a run of real system calls
 *                        kernel-&lt;point&gt;.json, with the replicates of a {@link KernelPoint}
 *   flame/               flame graphs, and in frames.json how their samples are spread
 *   rows.json            what {@link #rows} returns, or {@link #kernelRows}, as data
 *   jmh.json             all points' results in one array, as JMH would have written them
 *   replicates.csv       a row for each replicate, which is a JVM that measured
 *   replicates.ndjson    the same, an object each
 *   curve.svg            the picture
 *   report.html          the page
 * </pre>
 *
 * <p>A point's file appears whole or not at all, and is never replaced but by one that holds what it held, and replicates
 * more: a run that is killed keeps every point it had finished, and of the others what had been measured. Methods throw
 * {@link BadRunException}, with the path in its message, when the file system refuses. Not
 * thread safe; one process at a time may add to a folder, any number may read it.
 */
public final class RunFolder {
    static final DateTimeFormatter UTC_SECONDS =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    static final String HOST = "host.json";
    static final String HOSTNAME = "hostname";
    private static final String RESUMED = "resumed";
    private static final String POINTS = "points";
    private static final String FLAME = "flame";
    private static final String FRAMES = "frames.json";
    private static final String ROWS = "rows.json";
    private static final String JMH = "jmh.json";
    private static final String CSV = "replicates.csv";
    private static final String NDJSON = "replicates.ndjson";
    private static final String CURVE = "curve.svg";
    private static final String REPORT = "report.html";
    private static final String ENDING = ".json";
    private static final String GRAPH_ENDING = ".html";
    private static final int LONGEST_HOST = 64;
    /** How {@link Point#name} begins, and of what it is made. */
    private static final Pattern POINT = Pattern.compile("c[0-9]+-s[0-9]+-m[0-9]+-[a-z0-9-]+[.]json");
    /** How {@link KernelPoint#name} is made. */
    private static final Pattern KERNEL_POINT = Pattern.compile("kernel-[a-z0-9-]+[.]json");
    /** Of macOS, which leaves such a file beside each on foreign media, of editors, and of {@link WholeFile}. */
    private static final String HIDDEN = ".";
    private static final int MOST_OF_A_NAME = 10_000;
    /** What hosts must agree in for their native figures to stand in one table. */
    private static final List<String> LIKE = List.of("cpuModel", "usableCpus", "kernel", "jdk", "salvo");

    private final Path folder;
    private Map<String, Object> host;

    private RunFolder(Path folder, Map<String, Object> host) {
        this.folder = folder;
        this.host = host;
    }

    /**
     * Makes the folder of a new run, with nothing measured in it yet.
     *
     * @param parent where; made if need be
     * @param host   the description of the host, of values that JSON knows; {@code "hostname"} must be a line of text
     * @param now    when the run starts; names the folder to the second
     * @return the folder
     * @throws BadRunException if the folder cannot be made, or if the hostname is missing
     */
    public static RunFolder create(Path parent, Map<String, ?> host, Instant now) {
        JsonNode tree = Json.MAPPER.valueToTree(host);
        Map<String, Object> described = described(tree, "the description of the host");
        String name = folderWord(described.get(HOSTNAME).toString()) + '-' + UTC_SECONDS.format(now);
        Path folder = parent.resolve(name);
        try {
            Files.createDirectories(parent);
            folder = createNew(parent, name);
        } catch (FileAlreadyExistsException e) {
            throw new BadRunException(e.getFile() + " is not a folder", e);
        } catch (IOException e) {
            throw new BadRunException("cannot make the run folder " + folder + ": " + Reason.of(e), e);
        }
        RunFolder run = new RunFolder(folder, described);
        try {
            makeWithin(folder);
            write(folder.resolve(HOST), Json.pretty(tree).getBytes(StandardCharsets.UTF_8));
        } catch (BadRunException failure) { // nobody could open it
            run.remove(failure);
            throw failure;
        }
        return run;
    }

    private static void makeWithin(Path folder) {
        try {
            Files.createDirectory(folder.resolve(POINTS));
            Files.createDirectory(folder.resolve(FLAME));
        } catch (IOException e) {
            throw new BadRunException("cannot make the run folder " + folder + ": " + Reason.of(e), e);
        }
    }

    /** A host's name as a part of a file's: names may be of any characters, or of none that are left. */
    static String folderWord(String hostname) {
        String word = hostname.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[.-]+", "");
        return word.isEmpty() ? "host" : word.substring(0, Math.min(word.length(), LONGEST_HOST)).replaceFirst("-+$", "");
    }

    /**
     * Two runs never share a folder, also of hosts of one name that begin in the same second: making a folder is atomic,
     * on NFS too, and whoever finds one made takes the next name.
     */
    static Path createNew(Path parent, String name) throws IOException {
        for (int number = 1; ; number++) {
            Path folder = parent.resolve(number == 1 ? name : name + '-' + number);
            try {
                return Files.createDirectory(folder);
            } catch (FileAlreadyExistsException taken) {
                if (number == MOST_OF_A_NAME) {
                    throw new FileSystemException(folder.toString(), null, "so many runs have that name");
                }
            }
        }
    }

    /**
     * Opens the folder of a run, finished or not.
     *
     * @param folder the run's folder
     * @return the folder
     * @throws BadRunException if it is no folder, or holds no {@code host.json} with a hostname
     */
    public static RunFolder open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new BadRunException(folder + (Files.exists(folder) ? " is not a folder" : " does not exist")
                + "; accepted: the folder of a run");
        }
        Path file = folder.resolve(HOST);
        return new RunFolder(folder, described(Json.tree(Json.bytes(file), file), file));
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
     * Where flame graphs go.
     *
     * @return a folder; it may be missing in a run that was copied without it
     */
    public Path flame() {
        return folder.resolve(FLAME);
    }

    /** How the samples of the flame graphs are spread: a file, which older runs lack. */
    Path frames() {
        return flame().resolve(FRAMES);
    }

    /**
     * Writes how samples are spread beside their flame graphs, in place of what was written before.
     *
     * @param sampled what was sampled
     * @return the file
     */
    public Path writeFrames(List<SampledPoint> sampled) {
        return write(frames(), FrameTable.json(sampled).getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The description of the host.
     *
     * @return what {@code host.json} holds; unmodifiable
     */
    public Map<String, Object> host() {
        return host;
    }

    /**
     * The host's name.
     *
     * @return a line of text
     */
    public String hostname() {
        return host.get(HOSTNAME).toString();
    }

    /**
     * Notes at the end of {@code host.json} that somebody goes on with this run: a second host's figures may come to
     * stand beside the first one's.
     *
     * @param by who, and when: values that JSON knows
     */
    public void resumed(Map<String, ?> by) {
        List<Object> all = new ArrayList<>();
        if (host.get(RESUMED) instanceof List<?> before) {
            all.addAll(before);
        }
        all.add(by);
        Map<String, Object> described = new LinkedHashMap<>(host);
        described.put(RESUMED, all);
        JsonNode tree = Json.MAPPER.valueToTree(described);
        write(folder.resolve(HOST), Json.pretty(tree).getBytes(StandardCharsets.UTF_8),
            StandardCopyOption.REPLACE_EXISTING);
        host = described(tree, HOST);
    }

    /**
     * Whether a point has been measured already and its file can be trusted. One that is damaged is named and put aside,
     * so that the point can be measured again.
     *
     * @param point  the point
     * @param damage told in a line what is wrong with a file that was put aside
     * @return whether there is nothing left to do
     * @throws BadRunException if a damaged file cannot be put aside
     */
    public boolean holdsWhole(Point point, Consumer<String> damage) {
        Path file = file(point);
        if (!Files.exists(file)) {
            return false;
        }
        try {
            Row row = PointFile.row(Json.bytes(file), file.toString());
            if (row.point().equals(point)) {
                return true;
            }
            damage.accept(file + " holds another point than its name says; measured again");
        } catch (BadRunException damaged) {
            damage.accept(damaged.getMessage() + "; measured again");
        }
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new BadRunException("cannot put aside " + file + ": " + Reason.of(e), e);
        }
        return false;
    }

    /**
     * Puts the points of some runs together, as if one had measured them all. Replicates of a point that several have
     * measured in rounds stand together then, and each run's rounds are numbered behind those of the one before: what was
     * measured in the same round stays so, and nothing else becomes so.
     *
     * @param parent where the folder is made
     * @param runs   the runs, at least one; the host of the first one that has a point is the new folder's
     * @param now    names the folder to the second
     * @return the new folder, its rows and curve not yet written
     * @throws BadRunException if two runs hold the same point, not the same measurement of it, and not both in rounds; if
     *                         they hold the same replicate; if rows of the native clock are of hosts that are not alike,
     *                         if a file is damaged, or if the new folder cannot be
     *                         written; nothing is left of it then
     */
    public static RunFolder merge(Path parent, List<RunFolder> runs, Instant now) {
        Optional<RunFolder> ofKernel = runs.stream().filter(RunFolder::isOfKernel).findFirst();
        Optional<RunFolder> ofOthers = runs.stream().filter(run -> !run.pointFiles().isEmpty()).findFirst();
        if (ofKernel.isPresent() && ofOthers.isPresent()) {
            throw new BadRunException(ofKernel.get().folder + " is of this host's own kernel, and " + ofOthers.get().folder
                + " of simulated cores; accepted: runs of one of them, for their times are not to stand in one table");
        }
        if (ofKernel.isPresent()) {
            return mergeOfKernel(parent, runs, now);
        }
        Map<Point, List<byte[]>> measured = new LinkedHashMap<>();
        RunFolder first = runs.stream().filter(run -> !run.pointFiles().isEmpty()).findFirst().orElse(runs.get(0));
        Map<Point, Path> files = new HashMap<>();
        int rounds = 0;
        for (RunFolder run : runs) {
            int before = rounds;
            for (Path file : run.pointFiles()) {
                byte[] json = Json.bytes(file);
                Row row = PointFile.row(json, file.toString());
                Point point = row.point();
                if (point.clock() == ClockKind.NATIVE) {
                    run.mustBeLike(first);
                }
                Path other = files.putIfAbsent(point, file);
                if (other != null && Arrays.equals(json, Json.bytes(other))) {
                    continue;
                }
                boolean isOfRounds = ReplicatedPoint.takesMore(json, file.toString());
                if (other != null && !(isOfRounds && ReplicatedPoint.takesMore(Json.bytes(other), other.toString()))) {
                    throw new BadRunException(file + " and " + other + " are different measurements of the same point;"
                        + " accepted: runs that share no point, or the same file of one, or both measured in rounds");
                }
                if (isOfRounds) {
                    rounds = Math.max(rounds, before + ReplicatedPoint.lastRound(json, file.toString()));
                }
                measured.computeIfAbsent(point, none -> new ArrayList<>()).add(isOfRounds && before > 0
                    ? ReplicatedPoint.renumbered(json, before, file.toString()) : json);
            }
        }
        Map<Point, byte[]> pooled = new LinkedHashMap<>();
        measured.forEach((point, all) -> pooled.put(point, all.size() == 1 ? all.get(0)
            : ReplicatedPoint.pooled(all, point.name() + ENDING)));
        return merged(parent, first, runs, now, merged -> pooled.forEach((point, json) -> write(merged.file(point), json)));
    }

    private static RunFolder merged(Path parent, RunFolder first, List<RunFolder> runs, Instant now,
            Consumer<RunFolder> filling) {
        Map<String, Object> host = new LinkedHashMap<>(first.host);
        host.put("mergedFrom", runs.stream().map(run -> Map.of("folder", String.valueOf(run.folder.getFileName()),
            HOSTNAME, run.hostname(), "cpuModel", run.host.getOrDefault("cpuModel", ""))).toList());
        RunFolder merged = create(parent, host, now);
        try {
            filling.accept(merged);
        } catch (BadRunException failure) { // some of the points would look like all of them
            merged.remove(failure);
            throw failure;
        }
        return merged;
    }

    /** Replicates of the same point stand together, each run's rounds behind those of the one before. */
    private static RunFolder mergeOfKernel(Path parent, List<RunFolder> runs, Instant now) {
        RunFolder first = runs.stream().filter(RunFolder::isOfKernel).findFirst().orElseThrow();
        Map<KernelPoint, KernelPointFile.Content> pooled = new LinkedHashMap<>();
        Map<KernelPoint, List<byte[]>> seen = new HashMap<>();
        int rounds = 0;
        for (RunFolder run : runs) {
            int before = rounds;
            for (Path file : run.kernelFiles()) {
                run.mustBeLike(first);
                byte[] json = Json.bytes(file);
                KernelPointFile.Content content = KernelPointFile.read(json, file.toString());
                List<byte[]> same = seen.computeIfAbsent(content.point(), none -> new ArrayList<>());
                if (same.stream().noneMatch(other -> Arrays.equals(other, json))) {
                    same.add(json);
                    rounds = Math.max(rounds, before + content.lastRound());
                    pooled.merge(content.point(), content.behind(before),
                        (one, other) -> one.with(other.replicates(), file.toString()));
                }
            }
        }
        return merged(parent, first, runs, now, merged -> pooled.values().forEach(content ->
            write(merged.file(content.point()), KernelPointFile.bytes(content))));
    }

    /** Takes back a folder that was made by this process, for a reason that is told in any case. */
    private void remove(BadRunException reason) {
        try {
            if (!Files.isExecutable(folder)) { // who cannot enter it has made nothing in it
                Files.delete(folder);
                return;
            }
            try (Stream<Path> made = Files.walk(folder)) {
                for (Path each : made.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        } catch (IOException failure) {
            reason.addSuppressed(failure);
        }
    }

    /**
     * Refuses to put rows of the native clock together that are not of the same kind of host.
     *
     * @param other the host that the others are of
     * @throws BadRunException if the model of the CPU, their number, the kernel, the JDK or Salvo's version differs
     */
    private void mustBeLike(RunFolder other) {
        for (String key : LIKE) {
            if (!Objects.equals(host.get(key), other.host.get(key))) {
                throw new BadRunException(folder + " is of a host whose " + key + " is " + host.get(key) + ", and "
                    + other.folder + " of one whose is " + other.host.get(key) + "; accepted: hosts that are alike, for a "
                    + "gain would be a quotient of two of them");
            }
        }
    }

    /**
     * Adds a point that has just been measured.
     *
     * @param jmhJson what JMH writes for the point: a UTF-8 array of its results
     * @return the point's row, without its batching gain
     * @throws BadRunException if this is not one whole point, and then it is kept beside the points, under a name that says
     *                         so; if the folder holds that point already; or if it cannot be written
     */
    public Row add(byte[] jmhJson) {
        Row row;
        try {
            row = row(jmhJson);
        } catch (BadRunException refused) {
            int number = 1;
            while (Files.exists(refused(number))) {
                number++;
            }
            write(refused(number), jmhJson);
            throw new BadRunException(refused.getMessage() + "; it is kept as " + refused(number), refused);
        }
        write(file(row.point()), jmhJson);
        return row;
    }

    /**
     * Adds replicates to a point that is being measured in rounds: its file is written anew, with all of them.
     *
     * @param results a JMH result for each of the point's measures, each of a fork that says what a {@link ReplicateEntry} does
     * @return the point's row, without its batching gain
     * @throws BadRunException if this is not one whole point, if what the folder holds of it was not measured in rounds, or if
     *                         it cannot be written; the file is then as it was
     */
    public Row addReplicates(List<byte[]> results) {
        byte[] more = ReplicatedPoint.pooled(results, "what was measured");
        Path file = file(PointFile.row(more, "what was measured").point());
        byte[] all = Files.exists(file) ? ReplicatedPoint.pooled(List.of(Json.bytes(file), more), file.toString()) : more;
        Row row = PointFile.row(all, file.toString());
        write(file, all, StandardCopyOption.REPLACE_EXISTING);
        return row;
    }

    /**
     * What the replicates of a point took so far.
     *
     * @param point the point
     * @return of the rounds in which all of its measures were measured; empty if the folder holds none, or nothing that was
     *         measured in rounds
     * @throws BadRunException if its file is damaged
     */
    public Optional<Replicates> replicates(Point point) {
        Path file = file(point);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] json = Json.bytes(file);
        return ReplicatedPoint.takesMore(json, file.toString()) ? ReplicatedPoint.replicates(json, file.toString())
            : Optional.empty();
    }

    /**
     * What was measured at a point, without a folder.
     *
     * @param jmhJson what JMH writes for the point
     * @return the point's row, without its batching gain
     * @throws BadRunException if this is not one whole point
     */
    public static Row row(byte[] jmhJson) {
        return PointFile.row(jmhJson, "what JMH wrote");
    }

    /**
     * All points.
     *
     * @return a row for each file of {@code points/} that has a point's name, sorted by {@link Point}, with batching gains;
     *         unmodifiable, empty if nothing was measured yet
     * @throws BadRunException if any of them is damaged or alien, or if two hold the same point
     */
    public List<Row> rows() {
        Map<Point, Path> files = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        for (Path file : pointFiles()) {
            Row row = PointFile.row(Json.bytes(file), file.toString());
            Path other = files.putIfAbsent(row.point(), file);
            if (other != null) {
                throw new BadRunException(file + " and " + other + " hold the same point; accepted: one file a point");
            }
            rows.add(row);
        }
        return Row.shown(rows);
    }

    /**
     * A replicate of a real system call, as a file of its point holds it.
     *
     * @param point     where it was measured
     * @param replicate what was measured
     * @return UTF-8, for {@link #addKernelReplicates}
     * @throws BadRunException if a figure cannot be stored
     */
    public static byte[] kernelJson(KernelPoint point, KernelReplicate replicate) {
        return KernelPointFile.bytes(new KernelPointFile.Content(point, List.of(replicate)));
    }

    /**
     * Adds replicates of a real system call: their point's file is written anew, with all of them.
     *
     * @param json what {@link #kernelJson} returned
     * @return the point's row, without its control
     * @throws BadRunException if the file holds that round already or is damaged, or if it cannot be written; the file is then as
     *                         it was
     */
    public KernelRow addKernelReplicates(byte[] json) {
        KernelPointFile.Content more = KernelPointFile.read(json, "what was measured");
        Path file = file(more.point());
        KernelPointFile.Content all = Files.exists(file) ? kernelPoint(file).with(more.replicates(), file.toString()) : more;
        write(file, KernelPointFile.bytes(all), StandardCopyOption.REPLACE_EXISTING);
        return KernelRow.of(all.point(), all.replicates());
    }

    /**
     * What the replicates of a system call took so far, valid or not.
     *
     * @param point where
     * @return nanoseconds of an operation, of every round; empty if the folder holds none
     * @throws BadRunException if its file is damaged
     */
    public Optional<Replicates> kernelReplicates(KernelPoint point) {
        Path file = file(point);
        return Files.exists(file) ? Optional.of(KernelRow.allOf(kernelPoint(file).replicates())) : Optional.empty();
    }

    /**
     * All points of real system calls.
     *
     * @return a row for each of their files, sorted, with controls; unmodifiable, empty if there is none
     * @throws BadRunException if any of them is damaged, or if two hold the same point
     */
    public List<KernelRow> kernelRows() {
        Map<KernelPoint, Path> files = new HashMap<>();
        List<KernelRow> rows = new ArrayList<>();
        for (Path file : kernelFiles()) {
            KernelPointFile.Content content = kernelPoint(file);
            Path other = files.putIfAbsent(content.point(), file);
            if (other != null) {
                throw new BadRunException(file + " and " + other + " hold the same point; accepted: one file a point");
            }
            rows.add(KernelRow.of(content.point(), content.replicates()));
        }
        return KernelRow.shown(rows);
    }

    /**
     * Writes {@code rows.json} of real system calls, in place of an older one.
     *
     * @param rows what {@link #kernelRows} returned
     */
    public void writeKernelRows(List<KernelRow> rows) {
        write(folder.resolve(ROWS), KernelRowsJson.of(rows).getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Whether this run is of real system calls.
     *
     * @return whether it holds a point of them
     */
    public boolean isOfKernel() {
        return !kernelFiles().isEmpty();
    }

    private static KernelPointFile.Content kernelPoint(Path file) {
        return KernelPointFile.read(Json.bytes(file), file.toString());
    }

    private Path file(KernelPoint point) {
        return folder.resolve(POINTS).resolve(point.name() + ENDING);
    }

    private List<Path> kernelFiles() {
        return json().stream().filter(RunFolder::hasKernelName).toList();
    }

    private static boolean hasKernelName(Path file) {
        return KERNEL_POINT.matcher(file.getFileName().toString()).matches();
    }

    /** What each point's time is made of, of points that {@link #rows} can be made of. */
    Map<Point, Map<Part, double[]>> parts() {
        Map<Point, Map<Part, double[]>> parts = new HashMap<>();
        results().forEach((point, results) -> parts.put(point, Parts.of(point, results)));
        return parts;
    }

    /**
     * JMH's results of all points.
     *
     * @return an array for each file of a point, in the order of their names; empty if nothing was measured yet
     * @throws BadRunException if any of them is damaged or alien
     */
    Map<Point, JsonNode> results() {
        Map<Point, JsonNode> results = new LinkedHashMap<>();
        for (Path file : pointFiles()) {
            byte[] json = Json.bytes(file);
            results.put(PointFile.row(json, file.toString()).point(), Json.tree(json, file));
        }
        return results;
    }

    /**
     * Writes the run for other programs, in place of what was written before: {@code jmh.json}, {@code replicates.csv}
     * and {@code replicates.ndjson}.
     *
     * @throws BadRunException if the file of a point is damaged
     */
    public void writeExports() {
        Exports exports = new Exports(String.valueOf(folder.toAbsolutePath().normalize().getFileName()), host, results());
        write(folder.resolve(JMH), exports.jmh().getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
        write(folder.resolve(CSV), exports.csv().getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
        write(folder.resolve(NDJSON), exports.ndjson().getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Writes {@code rows.json}, in place of an older one, and beside it {@link #writeExports the run for other programs}.
     *
     * @param rows what {@link #rows} returned
     * @return the file
     */
    public Path writeRows(List<Row> rows) {
        Path file = write(folder.resolve(ROWS), RowsJson.of(rows).getBytes(StandardCharsets.UTF_8),
            StandardCopyOption.REPLACE_EXISTING);
        writeExports();
        return file;
    }

    /**
     * Writes {@code curve.svg}, in place of an older one.
     *
     * @param svg what {@link CurveSvg} drew
     * @return the file
     */
    public Path writeCurve(String svg) {
        return write(folder.resolve(CURVE), svg.getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Writes {@code report.html}, in place of an older one.
     *
     * @param html what {@link Report} made
     * @return the file
     */
    public Path writeReport(String html) {
        return write(report(), html.getBytes(StandardCharsets.UTF_8), StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Where the report goes.
     *
     * @return {@code report.html} in this folder, which need not be there
     */
    public Path report() {
        return folder.resolve(REPORT);
    }

    /**
     * The flame graphs that there are.
     *
     * @return the files of {@code flame/} that end in {@code .html} and are not hidden, sorted; empty if there is no such
     *         folder
     */
    public List<Path> flameGraphs() {
        return Files.isDirectory(flame()) ? files(flame(), GRAPH_ENDING) : List.of();
    }

    private Path refused(int number) {
        return folder.resolve(POINTS).resolve("refused-" + number + ENDING + ".refused");
    }

    private Path file(Point point) {
        return folder.resolve(POINTS).resolve(point.name() + ENDING);
    }

    private List<Path> pointFiles() {
        return json().stream().filter(RunFolder::hasPointName).toList();
    }

    /**
     * Files that somebody else has put among the points: they may be points that were renamed, so they are worth a word,
     * but they are no part of the run.
     *
     * @return the files of {@code points/} that end in {@code .json}, are not hidden and do not have a point's name, sorted
     */
    public List<Path> strangers() {
        return json().stream().filter(file -> !hasPointName(file) && !hasKernelName(file)).toList();
    }

    private static boolean hasPointName(Path file) {
        return POINT.matcher(file.getFileName().toString()).matches();
    }

    private List<Path> json() {
        Path points = folder.resolve(POINTS);
        if (!Files.isDirectory(points)) {
            throw new BadRunException(points + " is not a folder; accepted: the points of a run");
        }
        return files(points, ENDING);
    }

    /** Those that are not hidden. */
    private static List<Path> files(Path folder, String ending) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + ending)) {
            found.forEach(file -> {
                if (!file.getFileName().toString().startsWith(HIDDEN)) {
                    files.add(file);
                }
            });
        } catch (IOException e) {
            throw new BadRunException(folder + " cannot be read: " + Reason.of(e), e);
        }
        files.sort(null); // what is wrong is reported in the same order everywhere
        return files;
    }

    private static Path write(Path file, byte[] bytes, CopyOption... options) {
        try {
            return WholeFile.write(file, half -> Files.write(half, bytes), options);
        } catch (IOException e) {
            throw new BadRunException("cannot write " + file + ": " + Reason.of(e), e);
        }
    }

    private static Map<String, Object> described(JsonNode tree, Object name) {
        JsonNode hostname = tree.path(HOSTNAME);
        String text = hostname.isString() ? hostname.stringValue() : "";
        if (!Text.isLine(text, 255)) {
            throw new BadRunException(name + ": " + HOSTNAME + (hostname.isMissingNode() ? " is missing" : " is "
                + Text.quoted(hostname.toString())) + "; accepted: a line of text");
        }
        return Collections.unmodifiableMap(
            Json.MAPPER.convertValue(tree, new TypeReference<LinkedHashMap<String, Object>>() { }));
    }
}
