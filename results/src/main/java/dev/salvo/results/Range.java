package dev.salvo.results;

/** Which values a figure may have besides being finite and not below 0; anything else is refused. */
enum Range {
    /** Any. */
    ANY,
    /** Above 0 in the mean. */
    ABOVE_ZERO,
    /** Above 0 in every iteration. */
    EACH_ABOVE_ZERO,
    /** From 0 to 1. */
    SHARE,
    /** Whole, and at least 1. */
    WHOLE;

    /** A metric's score. */
    double score(JmhResult result, String metric) {
        if (this == EACH_ABOVE_ZERO) {
            mustBeAboveZero(result, metric);
        }
        double score = this == ABOVE_ZERO || this == EACH_ABOVE_ZERO ? result.positiveScore(metric) : result.score(metric);
        if (this == SHARE && score > 1) {
            throw result.refused(key(metric, "score"), "a share from 0 to 1");
        }
        if (this == WHOLE && (score < 1 || score != Math.rint(score) || score > Integer.MAX_VALUE)) {
            throw result.refused(key(metric, "score"), "a whole number of at least 1");
        }
        return score;
    }

    /** Each fork's mean of a metric that is extrapolated from them: times and shares. */
    double[] forkMeans(JmhResult result, String metric) {
        if (this == EACH_ABOVE_ZERO) {
            score(result, metric);
        }
        double[] means = result.forkMeans(metric);
        for (double mean : means) {
            if (this == SHARE && mean > 1) {
                throw result.refused(key(metric, "rawData"), "shares from 0 to 1");
            }
        }
        return means;
    }

    /** An extrapolated figure, which a line may lead out of its range. */
    double held(double figure) {
        return this == SHARE ? Math.min(1, figure) : figure;
    }

    private static void mustBeAboveZero(JmhResult result, String metric) {
        for (double[] fork : result.iterations(metric)) {
            for (double iteration : fork) {
                if (iteration == 0) {
                    throw result.refused(key(metric, "rawData"), "times above 0");
                }
            }
        }
    }

    private static String key(String metric, String part) {
        return String.join(".", "secondaryMetrics", metric, part);
    }
}
