package dev.salvo.results;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Sampled stacks, as profilers write them collapsed: a line for each, its frames from the root to the innermost one
 * with semicolons between, a blank, and how many samples there were of it.
 *
 * <p>A value: every method that changes something returns other stacks.
 */
public final class Stacks {
    private static final String BETWEEN = ";";
    /** So many digits that the sum of a file's counts is no more than a long holds. */
    private static final Pattern LINE = Pattern.compile("(?<frames>.*[^ ]) (?<count>[0-9]{1,12})");
    /** The root that async-profiler gives a thread's stacks. */
    private static final Pattern THREAD = Pattern.compile("\\[(?<name>.*) tid=[0-9]+\\]");

    private final List<Stack> all;

    /**
     * A stack.
     *
     * @param frames from the root to the innermost one, at least one
     * @param count  samples of it, or what else they have been counted in
     */
    public record Stack(List<String> frames, long count) {
        /**
         * Keeps the frames.
         *
         * @param frames from the root to the innermost one, at least one
         * @param count  samples of it, or what else they have been counted in
         */
        public Stack {
            frames = List.copyOf(frames);
        }
    }

    private Stacks(List<Stack> all) {
        this.all = List.copyOf(all);
    }

    /**
     * Reads collapsed stacks.
     *
     * @param text lines; blank ones say nothing, and no line at all means that there was no sample
     * @return the stacks, equal ones put together, in the order of their frames
     * @throws BadRunException if a line is not one; the message names it
     */
    public static Stacks parse(String text) {
        List<Stack> stacks = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            if (!line.isBlank()) {
                Matcher matcher = LINE.matcher(line);
                if (!matcher.matches()) {
                    throw new BadRunException("line " + number + " of the collapsed stacks is " + Text.quoted(line)
                        + "; accepted: frames with semicolons between, a blank, and a count");
                }
                stacks.add(new Stack(List.of(matcher.group("frames").split(BETWEEN, -1)),
                    Long.parseLong(matcher.group("count"))));
            }
        }
        return together(stacks);
    }

    /**
     * Reads a file of collapsed stacks.
     *
     * @param file the file
     * @return the stacks
     * @throws BadRunException if it cannot be read, is longer than 16 MiB, or a line is not one
     */
    public static Stacks read(Path file) {
        try {
            return parse(new String(Json.bytes(file), StandardCharsets.UTF_8));
        } catch (BadRunException refused) {
            throw refused.getMessage().startsWith(file.toString()) ? refused
                : new BadRunException(file + ": " + refused.getMessage(), refused);
        }
    }

    private static Stacks together(List<Stack> stacks) {
        Map<String, Stack> byFrames = new TreeMap<>();
        for (Stack stack : stacks) {
            byFrames.merge(String.join(BETWEEN, stack.frames), stack,
                (one, other) -> new Stack(one.frames, one.count + other.count));
        }
        return new Stacks(new ArrayList<>(byFrames.values()));
    }

    /**
     * All of them.
     *
     * @return unmodifiable, no two with the same frames
     */
    public List<Stack> all() {
        return all;
    }

    /**
     * How many samples there are in all.
     *
     * @return the sum of the counts
     */
    public long samples() {
        return all.stream().mapToLong(Stack::count).sum();
    }

    /**
     * Samples of the stacks that hold such a frame anywhere. A frame that is there twice, by recursion, counts once.
     *
     * @param frame which frames
     * @return how many
     */
    public long inclusive(Predicate<String> frame) {
        return all.stream().filter(stack -> stack.frames.stream().anyMatch(frame)).mapToLong(Stack::count).sum();
    }

    /**
     * The stacks of some threads, where each has the name of its thread for a root. Stacks whose root is no thread
     * belong to none.
     *
     * @param root what a thread's root is to be, by its name; null for one whose stacks are not wanted
     * @return the stacks, rooted so
     */
    public Stacks ofThreads(Function<String, String> root) {
        List<Stack> stacks = new ArrayList<>();
        for (Stack stack : all) {
            Matcher thread = THREAD.matcher(stack.frames.get(0));
            String name = thread.matches() ? root.apply(thread.group("name")) : null;
            if (name != null) {
                List<String> frames = new ArrayList<>(stack.frames);
                frames.set(0, name);
                stacks.add(new Stack(frames, stack.count));
            }
        }
        return together(stacks);
    }

    /**
     * What lies under a frame, that frame included: the stacks that hold it, with what was between their root and the
     * outermost such frame left out.
     *
     * @param frame the frame
     * @return the stacks
     */
    public Stacks under(String frame) {
        List<Stack> stacks = new ArrayList<>();
        for (Stack stack : all) {
            int at = stack.frames.indexOf(frame);
            if (at >= 0) {
                List<String> frames = new ArrayList<>(stack.frames.subList(at, stack.frames.size()));
                if (at > 0) {
                    frames.add(0, stack.frames.get(0));
                }
                stacks.add(new Stack(frames, stack.count));
            }
        }
        return together(stacks);
    }

    /**
     * The same stacks without their roots; those that were nothing else are gone.
     *
     * @return the stacks
     */
    public Stacks withoutRoots() {
        return together(all.stream().filter(stack -> stack.frames.size() > 1)
            .map(stack -> new Stack(stack.frames.subList(1, stack.frames.size()), stack.count)).toList());
    }

    /**
     * Counted in another unit, so that stacks of several measurements can be compared. A stack of less than half a unit
     * is left out.
     *
     * @param sum what all samples together are in that unit
     * @return the stacks
     */
    public Stacks scaledTo(double sum) {
        double factor = sum / samples();
        return new Stacks(all.stream().map(stack -> new Stack(stack.frames, Math.round(stack.count * factor)))
            .filter(stack -> stack.count > 0).toList());
    }

    /**
     * Samples by the innermost frame that is wanted.
     *
     * @param <K>  what frames are counted as
     * @param kind what a frame is counted as; null for one that is not wanted
     * @return samples; those of stacks without any such frame are in none of them
     */
    public <K extends Comparable<K>> Map<K, Long> innermost(Function<String, K> kind) {
        Map<K, Long> samples = new TreeMap<>();
        for (Stack stack : all) {
            K found = null;
            for (int i = stack.frames.size() - 1; i >= 0 && found == null; i--) {
                found = kind.apply(stack.frames.get(i));
            }
            if (found != null) {
                samples.merge(found, stack.count, Long::sum);
            }
        }
        return samples;
    }

    /**
     * As they are kept in files: what {@link #parse} reads.
     *
     * @return lines, each ended; empty if there is no stack
     */
    public String collapsed() {
        return all.stream().map(stack -> String.join(BETWEEN, stack.frames) + ' ' + stack.count + '\n')
            .collect(Collectors.joining());
    }

    /**
     * The frames that are innermost most often: where the time itself went.
     *
     * @param most how many at most
     * @return frames with their samples, the most frequent first
     */
    public List<Map.Entry<String, Long>> leaves(int most) {
        Comparator<Map.Entry<String, Long>> mostFirst = Map.Entry.comparingByValue(Comparator.reverseOrder());
        return innermost(frame -> frame).entrySet().stream().sorted(mostFirst.thenComparing(Map.Entry::getKey))
            .limit(most).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Stacks stacks && all.equals(stacks.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return collapsed();
    }
}
