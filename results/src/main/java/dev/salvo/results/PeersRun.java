package dev.salvo.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;

/**
 * A finished comparison: what was measured in one JVM, all contenders in turn, and the limits in between.
 *
 * @param limits       one for each number of cores, in their order
 * @param invalidation what one TLB invalidation costs by itself
 * @param rows         all points of all contenders
 * @param notes        what a reader must know besides, such as who could not run here; each one line
 */
public record PeersRun(List<Limit> limits, Figure invalidation, List<PeerRow> rows, List<String> notes) {
    /**
     * A measured figure.
     *
     * @param ns     median over rounds, in ns
     * @param spread distance between the quartiles over the median
     */
    public record Figure(double ns, double spread) {
    }

    /**
     * What no broadcast with acknowledgement can be faster than on this host when it waits for every operation.
     *
     * @param cores    how many cores
     * @param cpus     the CPUs that carry them
     * @param pingPong round trip between two cores on different CPUs, a cache line for each way; null if they share one
     *                 CPU
     * @param oneLine  the same on one line, which two can pass to and fro, but not many; null if they share one CPU
     * @param turn     one turn of the run queue: a thread's time between two returns from yield while all the cores'
     *                 threads yield
     */
    public record Limit(int cores, int cpus, Figure pingPong, Figure oneLine, Figure turn) {
        /**
         * Whether cores share CPUs, so that the turn is the limit and not the cache line.
         *
         * @return whether there are more cores than CPUs
         */
        public boolean sharedCpus() {
            return cores > cpus;
        }

        /**
         * The limit.
         *
         * @return ns of one wait
         */
        public double ns() {
            return (sharedCpus() ? turn : pingPong).ns();
        }
    }

    /**
     * Copies the lists.
     *
     * @param limits       not null
     * @param invalidation not null
     * @param rows         not null
     * @param notes        not null
     */
    public PeersRun {
        limits = List.copyOf(limits);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /**
     * The limit of a number of cores.
     *
     * @param cores how many
     * @return the limit
     * @throws BadRunException if it was not measured
     */
    public Limit limit(int cores) {
        return limits.stream().filter(limit -> limit.cores() == cores).findFirst()
            .orElseThrow(() -> new BadRunException("no limit was measured at " + cores + " cores"));
    }

    /**
     * Reads a comparison that {@link #write} wrote.
     *
     * @param file the file
     * @return the comparison
     * @throws BadRunException if there is no such file, or it is damaged
     */
    public static PeersRun read(Path file) {
        try {
            return Json.MAPPER.readValue(Json.bytes(file), PeersRun.class);
        } catch (JacksonException e) {
            throw new BadRunException(file + " is not a comparison of peers: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Writes all of it.
     *
     * @param file where to
     * @throws BadRunException if it cannot be written
     */
    public void write(Path file) {
        try {
            Files.write(file, Json.MAPPER.writeValueAsBytes(this));
        } catch (IOException e) {
            throw new BadRunException(file + " cannot be written: " + Reason.of(e), e);
        }
    }

    /**
     * The rows for other programs. The keys are a promise: {@code cores}, {@code senders}, {@code batch}, {@code work},
     * {@code contender}, {@code nsPerPage}, {@code ratioToLimit}, {@code spread}.
     *
     * @return an indented array of one object for each row, with a line feed at the end
     */
    public String json() {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (PeerRow row : rows) {
            array.addObject().put("cores", row.cores()).put("senders", row.senders()).put("batch", row.batch())
                .put("work", row.work().word()).put("contender", row.contender().word())
                .put("nsPerPage", row.nsPerPage()).put("ratioToLimit", row.ratioToLimit()).put("spread", row.spread());
        }
        return Json.pretty(array);
    }
}
