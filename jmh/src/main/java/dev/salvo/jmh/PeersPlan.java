package dev.salvo.jmh;

import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.results.Contender;
import dev.salvo.results.PeerRow;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one comparison of contenders is to measure: handed from the command to the JVM that measures, as one argument.
 *
 * @param cores      numbers of cores, each at least 2
 * @param senders    for each, how many cores send; 0 stands for all
 * @param batches    operations between waits, each at least 1
 * @param works      what receivers do
 * @param contenders who takes part, at least one
 * @param rounds     measured rounds, in each of which everybody has a turn; at least 1
 * @param turnMillis how long a turn lasts at least
 * @param placement  where the threads are put
 * @param progress   whether a person looks at standard error
 * @param result     the file to write the {@link dev.salvo.results.PeersRun} to
 */
public record PeersPlan(List<Integer> cores, List<Integer> senders, List<Integer> batches, List<PeerRow.Work> works,
                        List<Contender> contenders, int rounds, int turnMillis, PlacementPolicy placement,
                        boolean progress, String result) {
    /** What {@link #senders} says for all cores. */
    public static final int ALL = 0;

    /**
     * Copies the lists. What they hold is the command's to check.
     *
     * @param cores      not null
     * @param senders    not null
     * @param batches    not null
     * @param works      not null
     * @param contenders not null
     * @param rounds     any
     * @param turnMillis any
     * @param placement  not null
     * @param progress   any
     * @param result     not null
     */
    public PeersPlan {
        cores = List.copyOf(cores);
        senders = List.copyOf(senders);
        batches = List.copyOf(batches);
        works = List.copyOf(works);
        contenders = List.copyOf(contenders);
    }

    /**
     * Whether a contender is measured with a work.
     *
     * @param contender who
     * @param work      what its receivers would have to do
     * @return false if they cannot
     */
    public static boolean applies(Contender contender, PeerRow.Work work) {
        return work == PeerRow.Work.NULL || contender.canInvalidate();
    }

    /**
     * How many turns one round has at a number of cores, limits not counted.
     *
     * @param atCores how many
     * @return turns
     */
    public int turns(int atCores) {
        int pairs = (int) contenders.stream()
            .flatMap(contender -> works.stream().filter(work -> applies(contender, work))).count();
        return pairs * batches.size() * sendersAt(atCores).size();
    }

    /**
     * The numbers of senders at a number of cores.
     *
     * @param atCores how many cores
     * @return each once
     */
    public List<Integer> sendersAt(int atCores) {
        return senders.stream().map(count -> count == ALL ? atCores : count).distinct().toList();
    }

    /**
     * The plan as one argument.
     *
     * @return JSON on one line
     */
    public String argument() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    /**
     * Reads what {@link #argument} wrote.
     *
     * @param argument JSON
     * @return the plan
     * @throws IllegalArgumentException if it is anything else
     */
    public static PeersPlan of(String argument) {
        try {
            return JsonMapper.shared().readValue(argument, PeersPlan.class);
        } catch (JacksonException damaged) {
            throw new IllegalArgumentException("not a plan: " + damaged.getOriginalMessage()
                + "; accepted is what salvo peers hands over", damaged);
        }
    }
}
