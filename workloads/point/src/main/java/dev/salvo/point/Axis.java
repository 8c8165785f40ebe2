package dev.salvo.point;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An axis of the experiment: all that anybody knows of it but for what its values do. Options, JMH's parameters, the
 * product of a sweep, names of files, rows, captions, descriptions and comparisons are made from this.
 *
 * <p>The order is that of a file's name and of a row's keys; a new axis comes last. It has a value for {@link #absent}, which
 * is what was measured before there was a choice, apart from what is {@link #standard}: a run that lacks an axis never reads
 * as if it had been measured with today's default.
 */
public enum Axis {
    /** Simulated cores. */
    CORES(number().file("c").described(point -> count(point.cores(), "core"))
        .option("N", "Simulated cores, 1..1024. Default for curve: powers of two up to the host's CPUs, and on to 100, "
            + "eight at most (on 2 CPUs 1,2,8,32,100); with --quick 8,32,100; for flame: 100; for timeline: 8. On a paced "
            + "clock: 8,16,32,64,128 as far as the profile has them, and all it has; "
            + "for protect only these.")),
    /** How many of them send; {@code all} on every machine where all do. */
    SENDERS(number().standard("1").file("-s").described(point -> count(point.senders(), "sender"))
        .shown(Point::sendersWord)
        .caption(point -> switch (point.sendersWord()) {
            case "all" -> "all cores send";
            case "1" -> "one sender";
            default -> point.senders() + " senders";
        })
        .decidedByTheCommand().option("N|all", "How many senders there are, each with memory of its own: as many cores "
            + "send, but with the workload protect those of their children. Default for curve: 1,all; where other cores "
            + "compute, with --quick, for flame, timeline and on a paced clock: 1.")),
    /** Processes that map each page. */
    MAPPINGS(number().standard("1").ofTheProgram().file("-m").described("mappings ")
        .caption(Axis::mappings)
        .option("K", "Processes that map each sender's memory. Default: ${DEFAULT-VALUE}.")),
    /** How unmapping makes the TLBs forget. */
    STRATEGY(words(Strategy.values()).file("-").described(point -> Words.of(point.strategy()))
        .option("S", "sync (a DSB per page), batched (a DSB per batch) or local (no broadcast where a process has run on "
            + "one core only). Default: sync,batched; for munmap and victim, which batching does not change, sync; for "
            + "protect batched,local; of these those that go with the mechanism.")),
    /** What carries the invalidations. */
    INTERCONNECT(words("ring", "inboxes").standard("ring").file("-").described("").caption("%s")
        .option("I", "ring (one broadcast ring) or inboxes (a queue per core). Default: ${DEFAULT-VALUE}.")),
    /** What the cores that do not send are doing. */
    LOAD(words(Load.values()).standard("idle").ofWhatIsPublished().file("-load-").described("load ").caption("load %s")
        .option("L", "What the other cores do: idle, own (a user program over memory of its own) or shared (over the "
            + "senders' memory). Default: ${DEFAULT-VALUE}.")),
    /** Pages handed to reclaim at once. */
    LIST(number().standard("256").ofTheProgram().file("-l").described("list ").caption("lists of %s")
        .option("PAGES", "Pages handed to reclaim at once. Default: ${DEFAULT-VALUE}, which is 1 MiB.")),
    /** Pages per flush of the batched strategy; no effect on the synchronous one. */
    BATCH(number().standard("31").ofTheProgram().file("-b").described("batch ").caption("batches of %s")
        .option("PAGES", "Pages freed with one flush: 31 since Linux 6.9, a whole list before. Default: ${DEFAULT-VALUE}.")),
    /** Whether the page-table entries are dirty when they are unmapped. */
    PTE(words(PteState.values()).standard("clean").ofTheProgram().file("-pte-").described("pte ").caption("%s PTEs")
        .option("P", "clean (the program reads its pages) or dirty (it writes them). Default: ${DEFAULT-VALUE}.")),
    /** Whose nanoseconds these are: paced, if there is a profile. */
    CLOCK(words(ClockKind.values()).standard("native").absent("native").otherWork().file("-")
        .caption(point -> Words.of(point.clock()) + " clock" + (point.profile().isEmpty() ? "" : ", " + point.profile()))
        .noParameter()),
    /** How cores were laid out over the host's CPUs. */
    PLACEMENT(words("compact", "scatter", "physical", "performance", "efficiency").standard("compact").file("-")
        .described("").caption("placement %s")
        .option("P", "Where the threads are put: compact (neighbours first), scatter (spread over sockets), physical "
            + "(one per physical core), performance or efficiency (only on the fastest or slowest kind of CPU of a host "
            + "that has several). Default: ${DEFAULT-VALUE}.")),
    /** Operations that fit the interconnect, or each inbox. */
    RING(number().from(2).standard("4096").absent("4096").fileUnlessAbsent("-ring-").described("ring ")
        .caption("room for %s")
        .option("N", "Operations that fit the interconnect (each inbox, with inboxes) before an issuer has to wait: a "
            + "power of two, 2..16384. Default: ${DEFAULT-VALUE}.")),
    /** How cores wait that have nothing to do. */
    IDLE(words("auto", "spin", "yield", "park").standard("auto").absent("auto").fileUnlessAbsent("-idle-")
        .described("idle ").caption("idle policy %s")
        .option("I", "How cores wait that have nothing to do: spin, yield (give the CPU up every round), park (sleep "
            + "until a DSB that waits for them wakes them) or auto (spin with a CPU for every core, else yield). "
            + "Default: ${DEFAULT-VALUE}.")),
    /** What the senders do. */
    WORKLOAD(words(Workload.values()).standard("seed").absent("seed").otherWork().fileUnlessAbsent("-workload-")
        .described("").caption("workload %s")
        .option("W", "What senders do: " + Workload.allHelp() + ". Default: ${DEFAULT-VALUE}.")),
    /** The hardware whose costs a paced clock keeps: the profile's name and what was changed in it; empty if native. */
    PROFILE(text().standard("").absent("").fileUnlessAbsent("-profile").described("")
        .shown(point -> point.profile().isEmpty() ? "none" : point.profile())),
    /** What the architecture does to make TLBs forget. */
    MECHANISM(words("arm64", "arm64-local").standard("arm64").absent("arm64").fileUnlessAbsent("-mechanism-")
        .saidUnlessAbsent().ofWhatIsPublished().described("").caption("mechanism %s")
        .option("M", "What the architecture does to make TLBs forget: arm64 (a broadcast to every core) or arm64-local "
            + "(the same, but only the core's own where the address space has run on no other; with sync or batched). "
            + "Default: ${DEFAULT-VALUE}.")),
    /** Whose system calls the senders make: a version of Linux, or the mixture that there was no other than before. */
    LINUX(words("mixed", "5.10", "6.1", "6.6", "6.9", "6.12", "6.16", "6.18", "7.3").standard("mixed").absent("mixed")
        .absentIsNoChoice().fileUnlessAbsent("-linux-").saidUnlessAbsent().ofWhatIsPublished().described("linux ")
        .caption(Axis::linux)
        .option("V", "The version of Linux whose paths the kernel takes: 5.10, 6.1, 6.6, 6.9 (6.6 and 6.9 by their sources, the "
            + "others counted), 6.12, 6.16, 6.18 or 7.3, the newest of each line. A version has a strategy of its own, sync up "
            + "to 6.1 and batched from 6.6 on, which is the default of --strategy then; sync is hypothetical on the later ones. "
            + "Default: none of them, but what was measured before there was a choice, a mixture (mixed) that no kernel ever "
            + "was, whose times are not compared with a version's."));

    /** Versions of which no kernel was booted and counted: what they flush is read from their sources. */
    private static final Set<String> LINUX_BY_SOURCE = Set.of("6.6", "6.9");

    private final Description description;

    Axis(Description description) {
        this.description = description;
    }

    private static String linux(Point point) {
        String version = point.value(LINUX);
        boolean batches = LINUX.words().indexOf(version) >= LINUX.words().indexOf("6.6");
        return "Linux " + version + (LINUX_BY_SOURCE.contains(version) ? " (by its source)" : "")
            + (batches && point.strategy() == Strategy.SYNC ? ", hypothetical" : "");
    }

    private static String mappings(Point point) {
        return count(point.number(MAPPINGS), "mapping");
    }

    private static String count(int many, String what) {
        return many + " " + what + (many == 1 ? "" : "s");
    }

    private static Description number() {
        Description number = new Description(List.of());
        number.isNumber = true;
        return number;
    }

    private static Description words(Enum<?>... constants) {
        return new Description(Arrays.stream(constants).map(Words::of).toList());
    }

    private static Description words(String... words) {
        return new Description(List.of(words));
    }

    private static Description text() {
        return new Description(List.of());
    }

    /** What is said of an axis above. */
    private static final class Description {
        private final List<String> words;
        private boolean isNumber;
        private int least = 1;
        private String standard;
        private String absent;
        private boolean absentIsNoChoice;
        private String filePrefix;
        private boolean inFileUnlessAbsent;
        private Function<Point, String> always;
        private String describedPrefix;
        private Function<Point, String> shown;
        private Function<Point, String> caption;
        private String captionFormat;
        private boolean saidUnlessAbsent;
        private boolean otherWork;
        private boolean ofTheProgram;
        private boolean ofWhatIsPublished;
        private boolean isParameter = true;
        private boolean decidedByTheCommand;
        private String label;
        private String help;

        Description(List<String> words) {
            this.words = words;
        }

        /** The least number. */
        Description from(int number) {
            least = number;
            return this;
        }

        /** What is measured if nothing is said. */
        Description standard(String word) {
            standard = word;
            return this;
        }

        /** What runs were measured with from before there was a choice. */
        Description absent(String word) {
            absent = word;
            return this;
        }

        /**
         * What runs were measured with from before there was a choice is shown, and still measured if nothing is said, but the
         * option does not take it, and times have no ratio to those of what was chosen.
         */
        Description absentIsNoChoice() {
            absentIsNoChoice = true;
            decidedByTheCommand = true;
            return this;
        }

        /** What stands before the value in the name of a file. */
        Description file(String prefix) {
            filePrefix = prefix;
            return this;
        }

        /** The same, but older files have no such part, and keep their names. */
        Description fileUnlessAbsent(String prefix) {
            inFileUnlessAbsent = true;
            return file(prefix);
        }

        /** The same of rows and captions: those of older runs stay what they were. */
        Description saidUnlessAbsent() {
            saidUnlessAbsent = true;
            return this;
        }

        /** How a description says it, which always does. */
        Description described(Function<Point, String> words) {
            always = words;
            return this;
        }

        /** What stands before the value in a description, which says it where it is not standard. */
        Description described(String prefix) {
            describedPrefix = prefix;
            return this;
        }

        /** The value as comparisons show it, where that is not the value itself. */
        Description shown(Function<Point, String> words) {
            shown = words;
            return this;
        }

        Description caption(Function<Point, String> words) {
            caption = words;
            return this;
        }

        Description caption(String format) {
            captionFormat = format;
            return this;
        }

        /** Times of points that differ here have no ratio. */
        Description otherWork() {
            otherWork = true;
            return this;
        }

        /** Where it is not standard, it is not the published program that was measured. */
        Description ofTheProgram() {
            ofTheProgram = true;
            return this;
        }

        /** The same of every workload whose figures were published. */
        Description ofWhatIsPublished() {
            ofWhatIsPublished = true;
            return this;
        }

        /** The benchmark has no such parameter, for another says it. */
        Description noParameter() {
            isParameter = false;
            return this;
        }

        /** The option has no default of its own. */
        Description decidedByTheCommand() {
            decidedByTheCommand = true;
            return this;
        }

        Description option(String paramLabel, String text) {
            label = paramLabel;
            help = text;
            return this;
        }
    }

    /**
     * All axes in another order than that of their declaration: some first, some last, and between them all others, those that
     * come to be too.
     *
     * @param first these first
     * @param last  these last
     * @return all axes
     */
    public static List<Axis> order(List<Axis> first, List<Axis> last) {
        Set<Axis> between = EnumSet.allOf(Axis.class);
        between.removeAll(first);
        between.removeAll(last);
        List<Axis> all = new ArrayList<>(first);
        all.addAll(between);
        all.addAll(last);
        return List.copyOf(all);
    }

    /**
     * What it is called in parameters and files; behind two hyphens, on the command line.
     *
     * @return a word of lower-case letters
     */
    public String key() {
        return Words.of(this);
    }

    /**
     * The values that it has, if those are words.
     *
     * @return the words; empty if its values are numbers, or any text
     */
    public List<String> words() {
        return description.words;
    }

    /**
     * Those of its words that the option takes.
     *
     * @return the words; empty if its values are numbers, or any text
     */
    public List<String> optionWords() {
        return words().stream().filter(word -> !isNoChoice(word)).toList();
    }

    /** Whether nobody can have chosen this value: runs have it from before there was a choice. */
    private boolean isNoChoice(String word) {
        return description.absentIsNoChoice && word.equals(description.absent);
    }

    /**
     * Whether only one of two points is where nobody can choose to be, so that a ratio of their times says nothing of what can be
     * chosen.
     *
     * @param one   a point
     * @param other another
     * @return false of all axes but those on which runs from before there was a choice stand apart
     */
    public boolean setsApart(Point one, Point other) {
        return isNoChoice(one.value(this)) != isNoChoice(other.value(this));
    }

    /**
     * Whether its values are whole numbers.
     *
     * @return whether they are
     */
    public boolean isNumber() {
        return description.isNumber;
    }

    /** The least number that it has. */
    int least() {
        return description.least;
    }

    /**
     * What is measured if nothing is said.
     *
     * @return the value; empty if something always must be said
     */
    public Optional<String> standard() {
        return Optional.ofNullable(description.standard);
    }

    /**
     * What a run was measured with that was before there was a choice.
     *
     * @return the value; empty if there always was
     */
    public Optional<String> absent() {
        return Optional.ofNullable(description.absent);
    }

    /**
     * Whether the benchmark has a parameter of this name.
     *
     * @return false if other parameters say it
     */
    public boolean isParameter() {
        return description.isParameter;
    }

    /**
     * Whether sweeps have an option of this name, with a list of values.
     *
     * @return whether there is one
     */
    public boolean isOption() {
        return description.help != null;
    }

    /**
     * What the option stands for where it is not given.
     *
     * @return the value; empty if commands differ in that
     */
    public Optional<String> optionDefault() {
        return description.decidedByTheCommand ? Optional.empty() : standard();
    }

    /**
     * What help calls a value of the option.
     *
     * @return a word in capitals
     */
    public String label() {
        return description.label;
    }

    /**
     * What help says of the option.
     *
     * @return sentences, in which <code>${DEFAULT-VALUE}</code> stands for {@link #optionDefault}
     */
    public String help() {
        return description.help;
    }

    /**
     * Whether points that differ here did other work, or by another clock, so that a ratio of their times says nothing.
     *
     * @return whether they did
     */
    public boolean isOtherWork() {
        return description.otherWork;
    }

    /**
     * Whether a point is, on this axis, where the published figures of its workload were measured.
     *
     * @param point a point
     * @return false if its figures are none to be compared with those
     */
    public boolean isAsPublished(Point point) {
        boolean oneValue = description.ofWhatIsPublished || description.ofTheProgram && point.workload() == Workload.SEED;
        return !oneValue || isStandard(point);
    }

    /**
     * Whether rows of these points have a key for it, and a caption of what they have in common a word. Of an axis that came
     * after the keys were promised they have only where a point is not as all were before: so what is written of older runs
     * stays as it is, to the byte.
     *
     * @param points those that are shown together
     * @return whether it is said of all of them
     */
    public boolean isSaidOf(Collection<Point> points) {
        return !description.saidUnlessAbsent
            || points.stream().anyMatch(point -> !point.value(this).equals(description.absent));
    }

    /**
     * Whether a point is where it is measured if nothing is said.
     *
     * @param point a point
     * @return whether it is
     */
    public boolean isStandard(Point point) {
        return point.value(this).equals(description.standard);
    }

    /**
     * Whether captions say where a point is.
     *
     * @return false of what every picture shows, or another axis' caption says too
     */
    public boolean hasCaption() {
        return description.caption != null || description.captionFormat != null;
    }

    /**
     * Where a point is, as a caption says it.
     *
     * @param point a point
     * @return words; only if there {@link #hasCaption is} a caption
     */
    public String caption(Point point) {
        return description.caption != null ? description.caption.apply(point)
            : String.format(Locale.ROOT, description.captionFormat, point.value(this));
    }

    /**
     * Where a point is, as a comparison of points says it.
     *
     * @param point a point
     * @return the value, or a word that stands for it
     */
    public String shown(Point point) {
        return description.shown == null ? point.value(this) : description.shown.apply(point);
    }

    /** What a description says of it; empty if nothing. */
    String described(Point point) {
        if (description.always != null) {
            return description.always.apply(point);
        }
        return description.describedPrefix == null || isStandard(point) ? "" : description.describedPrefix + point.value(this);
    }

    /** Its part of the name of a file; empty if it has none. */
    String inFile(Point point) {
        String word = point.value(this);
        if (description.inFileUnlessAbsent && word.equals(description.absent)) {
            return "";
        }
        return description.filePrefix + (isNumber() || !words().isEmpty() ? word.replace('.', '-') : FileWord.of(word));
    }

    /** Orders values: numbers by size, words as they are listed, other text by its letters. */
    int compare(Point one, Point other) {
        if (isNumber()) {
            return Integer.compare(one.number(this), other.number(this));
        }
        return words().isEmpty() ? one.value(this).compareTo(other.value(this))
            : Integer.compare(words().indexOf(one.value(this)), words().indexOf(other.value(this)));
    }
}
