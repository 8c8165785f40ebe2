package dev.salvo.engine.clock;

import java.util.Objects;

/**
 * Whose nanoseconds a machine runs on. Native: the host's; nothing is modelled. Paced: those of a machine that the host
 * carries, every cost of which is a real wait, as many times longer as the dilation says.
 */
public final class Clock {
    /** The host's own. */
    public static final Clock NATIVE = new Clock(null, 1, HostTime.REAL, new double[0]);

    private final HardwareProfile profile;
    private final double dilation;
    private final HostTime hostTime;
    private final double[] software;

    private Clock(HardwareProfile profile, double dilation, HostTime hostTime, double[] software) {
        this.profile = profile;
        this.dilation = dilation;
        this.hostTime = hostTime;
        this.software = software;
    }

    /**
     * A paced clock.
     *
     * @param profile  the machine that is carried
     * @param dilation how many host nanoseconds stand for one of the machine's, 1 or more
     * @param software what each step of the software takes, ns before dilation, by the numbers that the software calls
     *                 {@link dev.salvo.engine.Core#work} with
     * @return the clock
     * @throws IllegalArgumentException if the dilation is less than 1
     */
    public static Clock paced(HardwareProfile profile, double dilation, double... software) {
        if (!(dilation >= 1) || Double.isInfinite(dilation)) {
            throw new IllegalArgumentException("dilation " + dilation + ": must be 1 or more");
        }
        return new Clock(Objects.requireNonNull(profile), dilation, HostTime.REAL, software.clone());
    }

    /**
     * The same clock in another host time than the real one, which a test holds.
     *
     * @param time the time
     * @return a clock
     */
    public Clock in(HostTime time) {
        return new Clock(profile, dilation, Objects.requireNonNull(time), software);
    }

    /**
     * What its nanoseconds are counted in.
     *
     * @return {@link HostTime#REAL}, but in tests
     */
    public HostTime hostTime() {
        return hostTime;
    }

    /**
     * Whether it is paced.
     *
     * @return false for {@link #NATIVE}
     */
    public boolean isPaced() {
        return profile != null;
    }

    /**
     * The machine that is carried.
     *
     * @return the profile; null if native
     */
    public HardwareProfile profile() {
        return profile;
    }

    /**
     * How many host nanoseconds stand for one of the machine's.
     *
     * @return 1 if native
     */
    public double dilation() {
        return dilation;
    }

    /**
     * What a step of the software takes.
     *
     * @param step its number
     * @return the machine's nanoseconds
     */
    double stepNanos(int step) {
        return software[step];
    }
}
