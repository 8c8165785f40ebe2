package dev.salvo.results;

/**
 * Why an emulated figure that was measured is none: it would have to be printed with so much doubt that people would read
 * the number and not the doubt.
 *
 * @param reason what is wrong
 * @param share  how much of that there was
 */
public record Refusal(Reason reason, double share) {
    /** Messages may come late for at most such a share of emulated time. */
    static final double MOST_SLIP = 0.05;

    /** What can be wrong with a figure. */
    public enum Reason {
        /** Messages came late for too much of emulated time: the dilation is too small for the host. */
        SLIP,
        /** It may be off by too much. */
        BOUND;

        /** What is said below a table in which a figure was refused for it. */
        String note() {
            return switch (this) {
                case SLIP -> "slip, in place of a figure: refused, for a core's messages came late for so much of emulated time; "
                    + "accepted "
                    + "is " + most() + ", and a larger D makes it less.";
                case BOUND -> "bound, in place of a figure: refused, for it may be off by so much; accepted is " + most()
                    + ", and more forks or a larger D make it less.";
            };
        }

        private String most() {
            return Math.round(100 * (this == SLIP ? MOST_SLIP : Extrapolation.MOST_BOUND)) + "%";
        }
    }

    /** Messages came late for such a share of emulated time. */
    static Refusal slip(double share) {
        return new Refusal(Reason.SLIP, share);
    }

    /** It may be off by such a share. */
    static Refusal bound(double share) {
        return new Refusal(Reason.BOUND, share);
    }

    /**
     * What stands in place of the number.
     *
     * @return two words
     */
    public String brief() {
        return switch (reason) {
            case SLIP -> "slip " + Figures.percent(share);
            case BOUND -> "bound " + Figures.bound(share);
        };
    }

    /**
     * The reason in full.
     *
     * @return a sentence without its subject and its point
     */
    public String words() {
        return switch (reason) {
            case SLIP -> "a core's messages came late for " + Figures.percent(share) + " of emulated time; accepted: at most "
                + reason.most();
            case BOUND -> "may be off by " + Figures.bound(share) + "; accepted: at most " + reason.most();
        };
    }
}
