package dev.salvo.point;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the senders do, and so what a page of their figures is. */
public enum Workload {
    /** The published program: memory is paged out and read in again. A page is one that was paged out. */
    SEED("page shared memory out, the published program", MainFigure.TIME, "", false, Strategy.SYNC, Strategy.BATCHED),
    /** 1 MB of memory is mapped, touched and unmapped. A page is one of what is unmapped. */
    MUNMAP("unmap 1 MiB", MainFigure.TIME, "a page is one of the 1 MB that is unmapped", false, Strategy.SYNC),
    /** The protection of a mapping of 2 MiB is changed again and again. A page is one of it, per round of calls. */
    PROTECT("an instance each of stress-ng --tlb-shootdown, whose children run on up to 8 cores", MainFigure.OPERATIONS,
        "a page is one of the mapping of 2 MiB, per round of calls", false, Strategy.BATCHED, Strategy.LOCAL),
    /** A neighbour protects pages while user programs run. A page is one that the neighbour protects. */
    VICTIM("mprotect a page, while all other cores compute", MainFigure.SLOWDOWN,
        "a page is one that the neighbour protects", true, Strategy.SYNC);

    /** Which of a row's figures a workload is run for. */
    public enum MainFigure {
        /** How long a page takes. */
        TIME("ns per page"),
        /** How many operations are done. */
        OPERATIONS("operations per second"),
        /** How much slower the other cores' user programs run. */
        SLOWDOWN("times as slow");

        private final String unit;

        MainFigure(String unit) {
            this.unit = unit;
        }

        /**
         * What it is counted in.
         *
         * @return the unit, in words
         */
        public String unit() {
            return unit;
        }
    }

    private final String help;
    private final MainFigure mainFigure;
    private final String page;
    private final boolean computes;
    private final List<Strategy> defaultStrategies;

    Workload(String help, MainFigure mainFigure, String page, boolean computes, Strategy... defaultStrategies) {
        this.help = help;
        this.mainFigure = mainFigure;
        this.page = page;
        this.computes = computes;
        this.defaultStrategies = List.of(defaultStrategies);
    }

    /** All of them, each with what it does, as a list in a sentence. */
    static String allHelp() {
        List<String> all = Arrays.stream(values()).map(each -> Words.of(each) + " (" + each.help + ')').toList();
        return all.stream().limit(all.size() - 1).collect(Collectors.joining(", ")) + " or " + all.get(all.size() - 1);
    }

    /**
     * What it is run for.
     *
     * @return the figure
     */
    public MainFigure mainFigure() {
        return mainFigure;
    }

    /**
     * What a page of its figures is.
     *
     * @return a sentence without its end; empty of the published program, where it needs no word
     */
    public String page() {
        return page;
    }

    /**
     * Whether the cores that do not send run a user program, whatever the load.
     *
     * @return whether there are victims always
     */
    public boolean computes() {
        return computes;
    }

    /**
     * The strategies that are compared if nobody says which: those between which it makes a difference.
     *
     * @return one or more
     */
    public List<Strategy> defaultStrategies() {
        return defaultStrategies;
    }
}
