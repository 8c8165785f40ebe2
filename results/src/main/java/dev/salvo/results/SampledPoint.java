package dev.salvo.results;

import dev.salvo.point.Point;
import java.nio.file.Path;
import java.util.List;

/**
 * What a profiler saw of one point by one event.
 *
 * @param point     the point
 * @param event     what was asked for: {@code wall}, {@code cpu}, {@code lock} or {@code alloc}
 * @param used      what was sampled, in the profiler's word: not always what was asked for
 * @param why       why, if it is something else or less; empty if not
 * @param program   stacks of the senders' program, each with its core for a root
 * @param victims   stacks of the cores that do not send, rooted so too
 * @param nsPerPage wall time that the program took for a page while it was sampled
 * @param files     what was written of it: graphs and collapsed stacks
 */
public record SampledPoint(Point point, String event, String used, String why, Stacks program, Stacks victims,
    double nsPerPage, List<Path> files) {
    /** How the names of the host's kernel end. */
    private static final String KERNEL = "_[k]";

    /**
     * Keeps the files.
     *
     * @param point     the point
     * @param event     what was asked for
     * @param used      what was sampled
     * @param why       why
     * @param program   stacks of the senders' program
     * @param victims   stacks of the cores that do not send
     * @param nsPerPage wall time for a page
     * @param files     what was written
     */
    public SampledPoint {
        files = List.copyOf(files);
    }

    /**
     * Samples of the program in which the host's kernel ran.
     *
     * @return how many; 0 also if the profiler could not see the kernel
     */
    public long kernelSamples() {
        return program.inclusive(frame -> frame.endsWith(KERNEL));
    }

    /**
     * The program's stacks in host nanoseconds per page instead of samples: comparable with another point's.
     *
     * @return the stacks, without their cores
     */
    public Stacks nanosPerPage() {
        return program.withoutRoots().scaledTo(nsPerPage);
    }
}
