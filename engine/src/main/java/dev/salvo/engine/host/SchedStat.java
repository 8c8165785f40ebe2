package dev.salvo.engine.host;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel's scheduler has accounted to one thread since it began. A difference of two readings tells how long a
 * core was kept from its CPU, which no clock of its own can.
 *
 * <p>Linux counts a {@code sched_yield} among the involuntary switches, so a thread that waits politely looks
 * preempted: only the run delay is lost time.
 *
 * @param runNanos            time on a CPU, ns
 * @param runDelayNanos       time runnable but waiting for a CPU, ns
 * @param timeslices          how many times the thread was given a CPU
 * @param voluntarySwitches   how many times it gave the CPU up by blocking
 * @param involuntarySwitches how many times it was preempted or yielded
 */
public record SchedStat(long runNanos, long runDelayNanos, long timeslices, long voluntarySwitches,
    long involuntarySwitches) {
    private static final Path ROOT = Path.of("/");
    private static final int LENGTH = 8192; // more than a status file has

    private static final Pattern TIMES = Pattern.compile("^([0-9]{1,18}) ([0-9]{1,18}) ([0-9]{1,18})\\s*$");
    private static final Pattern SWITCHES = Pattern.compile(
        "\nvoluntary_ctxt_switches:\\s*([0-9]{1,18})\nnonvoluntary_ctxt_switches:\\s*([0-9]{1,18})");

    /**
     * Reads one thread of this process: two small files, some tens of µs.
     *
     * @param threadId the thread's {@link CpuPinning#threadId()}
     * @return what is accounted to it, to the last tick or switch
     * @throws IllegalStateException if there is no such thread, or the kernel accounts no run delay
     */
    public static SchedStat read(int threadId) {
        return read(ROOT, threadId);
    }

    /**
     * Reads one thread from files below a directory.
     *
     * @param root     the directory that holds {@code proc}
     * @param threadId the thread's identifier
     * @return what is accounted to it
     * @throws IllegalStateException    if there is no such thread, or the kernel accounts no run delay
     * @throws IllegalArgumentException if a file is malformed
     */
    public static SchedStat read(Path root, int threadId) {
        Path task = root.resolve("proc/self/task/" + threadId);
        Path schedstat = task.resolve("schedstat");
        Path status = task.resolve("status");
        Matcher times = match(TIMES, task, schedstat, "three numbers: ns run, ns waited, timeslices");
        Matcher switches = match(SWITCHES, task, status, "the lines of voluntary and nonvoluntary switches");
        SchedStat thread = new SchedStat(Long.parseLong(times.group(1)), Long.parseLong(times.group(2)),
            Long.parseLong(times.group(3)), Long.parseLong(switches.group(1)), Long.parseLong(switches.group(2)));
        if (thread.timeslices == 0 && thread.voluntarySwitches + thread.involuntarySwitches > 0) {
            throw new IllegalStateException(schedstat + ": the kernel's scheduling statistics are off; turn them on "
                + "(sysctl kernel.task_delayacct=1)");
        }
        return thread;
    }

    /**
     * What was accounted between two readings of one thread.
     *
     * @param earlier the earlier reading
     * @return the differences
     */
    public SchedStat minus(SchedStat earlier) {
        return new SchedStat(runNanos - earlier.runNanos, runDelayNanos - earlier.runDelayNanos,
            timeslices - earlier.timeslices, voluntarySwitches - earlier.voluntarySwitches,
            involuntarySwitches - earlier.involuntarySwitches);
    }

    private static String text(Path task, Path file) {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return new String(in.readNBytes(LENGTH), StandardCharsets.ISO_8859_1);
        } catch (FileNotFoundException e) {
            throw new IllegalStateException(Files.isDirectory(task)
                ? file + " is not there: the kernel keeps no scheduling statistics (CONFIG_SCHED_INFO)"
                : task + " is not there: this process has no such thread, or it has ended", e);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file + ", the thread may have ended: " + e.getMessage(),
                e);
        }
    }

    private static Matcher match(Pattern pattern, Path task, Path file, String expected) {
        Matcher matcher = pattern.matcher(text(task, file));
        if (!matcher.find()) {
            throw new IllegalArgumentException(file + " is not understood: expected " + expected);
        }
        return matcher;
    }
}
