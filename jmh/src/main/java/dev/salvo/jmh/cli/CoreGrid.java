package dev.salvo.jmh.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * On which core counts a curve is measured where nobody says: where it stops scaling must be among them on every host, and
 * what comes behind that.
 *
 * <p>The powers of two up to the host's CPUs, and these; then so many cores that they share CPUs: up to 100, in three steps
 * that are about as long as one another and end at powers of two, where such steps lead on. A host of two CPUs has 1, 2, 8,
 * 32 and 100. Where 100 cores would be less than one and a half to a CPU, which is no collapse yet, twice the CPUs are the
 * last count instead: one oversubscribed point is in every picture, since without it nobody sees what it costs to start one
 * thread too many.
 *
 * <p>Never more than eight. Of more, the one is left out that is nearest to another, as a ratio; of several that are, the
 * smallest, since where a host stops scaling is among the large ones. The least, the greatest and the CPUs stay.
 */
final class CoreGrid {
    private static final int MOST = 8;
    private static final int FAR = 100;
    private static final int STEPS = 3;
    private static final double OVER = 1.5;
    private static final int MOST_CORES = 1024;

    private CoreGrid() {
    }

    /**
     * The core counts.
     *
     * @param cpus that the host has for cores, at least 1
     * @return at most eight, rising
     */
    static List<Integer> of(int cpus) {
        int own = Math.min(cpus, MOST_CORES);
        TreeSet<Integer> counts = new TreeSet<>();
        for (int power = 1; power < own; power *= 2) {
            counts.add(power);
        }
        counts.add(own);
        int last = FAR >= OVER * own ? FAR : Math.min(MOST_CORES, 2 * own);
        for (int step = 1; step < STEPS; step++) {
            double far = own * Math.pow((double) last / own, (double) step / STEPS);
            int power = 1 << Math.round(Math.log(far) / Math.log(2));
            if (power > own && power < last) {
                counts.add(power);
            }
        }
        counts.add(last);
        List<Integer> all = new ArrayList<>(counts);
        while (all.size() > MOST) {
            all.remove(nearest(all, own));
        }
        return all;
    }

    /** The place of the count that is nearest to another. */
    private static int nearest(List<Integer> all, int own) {
        int found = 1;
        double least = Double.MAX_VALUE;
        for (int i = 1; i < all.size() - 1; i++) {
            double before = (double) all.get(i) / all.get(i - 1);
            double behind = (double) all.get(i + 1) / all.get(i);
            if (all.get(i) != own && Math.min(before, behind) < least) {
                least = Math.min(before, behind);
                found = i;
            }
        }
        return found;
    }
}
