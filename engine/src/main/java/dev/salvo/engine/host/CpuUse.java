package dev.salvo.engine.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How much CPU time has been used since boot, by all and by this process with the children that it has waited for. Of two
 * readings the difference tells what others took meanwhile: also others in containers of their own, whose processes and
 * files cannot be seen from here, for the kernel counts the CPUs' time for the whole host (lxcfs shows a container its own
 * time only; there this is silent). Time stolen by a hypervisor is nobody's here, and is told apart.
 *
 * @param busyTicks   of the CPUs that this process may use, not idle
 * @param stolenTicks of the same CPUs, ready to run and not given a real CPU by the hypervisor; 0 also where it does
 *                    not tell
 * @param allTicks    of the same CPUs, whatever they did: busy, stolen and idle
 * @param ownTicks    of this process
 * @param nanos       when it was read, of {@link System#nanoTime}
 */
public record CpuUse(long busyTicks, long stolenTicks, long allTicks, long ownTicks, long nanos) {
    /** USER_HZ, in which Linux tells all of these on every architecture but Alpha and IA-64. */
    private static final int TICKS_PER_SECOND = 100;

    private static final String STAT = "proc/stat";
    private static final String SELF = "proc/self/stat";

    // Behind the name of a CPU in /proc/stat: user nice system idle iowait irq softirq, and since Linux 2.6.11 steal
    private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7);
    private static final List<Integer> IDLE = List.of(4, 5);
    private static final int STEAL = 8;

    /** So many ticks make a share: one tick of them is 5 %. */
    private static final int ENOUGH_TICKS = 20;

    // Behind the command in /proc/self/stat, which may hold blanks itself: state is the first; utime stime cutime cstime
    private static final int FIRST_OWN = 11;
    private static final int OWN = 4;

    /**
     * Reads them.
     *
     * @param host whose CPUs
     * @return the times; empty if the host does not tell, or not in numbers
     */
    public static Optional<CpuUse> read(HostTopology host) {
        return read(new HostFiles(Path.of("/")), HostTopology.ids(host.cpus()), System.nanoTime());
    }

    static Optional<CpuUse> read(HostFiles files, CpuSet cpus, long nanos) {
        try {
            return times(files, cpus, nanos);
        } catch (NumberFormatException odd) { // then what others use is not known, as where the files are hidden
            return Optional.empty();
        }
    }

    private static Optional<CpuUse> times(HostFiles files, CpuSet cpus, long nanos) {
        long busy = 0;
        long idle = 0;
        long stolen = 0;
        int told = 0;
        for (String line : files.lines(STAT)) {
            String[] fields = line.split(" +");
            if (fields.length > 7 && fields[0].matches("cpu[0-9]{1,6}")
                && cpus.contains(Integer.parseInt(fields[0].substring("cpu".length())))) {
                told++;
                for (int field : BUSY) {
                    busy += Long.parseLong(fields[field]);
                }
                for (int field : IDLE) {
                    idle += Long.parseLong(fields[field]);
                }
                stolen += fields.length > STEAL ? Long.parseLong(fields[STEAL]) : 0;
            }
        }
        String self = files.text(SELF).orElse("");
        String[] fields = self.substring(self.lastIndexOf(')') + 1).strip().split(" +");
        if (told == 0 || fields.length < FIRST_OWN + OWN) {
            return Optional.empty();
        }
        long own = 0;
        for (int field = FIRST_OWN; field < FIRST_OWN + OWN; field++) {
            own += Long.parseLong(fields[field]);
        }
        return Optional.of(new CpuUse(busy, stolen, busy + stolen + idle, own, nanos));
    }

    /**
     * How many CPUs others kept busy between two readings, on average.
     *
     * @param earlier the earlier reading
     * @return CPUs, 0 or more; as coarse as 10 ms of the time between them
     */
    public double othersSince(CpuUse earlier) {
        double seconds = (nanos - earlier.nanos) / (double) TimeUnit.SECONDS.toNanos(1);
        return seconds <= 0 ? 0 : Math.max(0, othersTicks(earlier) / (TICKS_PER_SECOND * seconds));
    }

    /**
     * Which share of the CPUs' time others had between two readings.
     *
     * @param earlier the earlier reading
     * @return 0..1; NaN if that was too short a time to tell, or if the host counts nothing, as gVisor does not
     */
    public double othersShareSince(CpuUse earlier) {
        return share(Math.max(0, othersTicks(earlier)), earlier);
    }

    /**
     * Which share of the CPUs' time a hypervisor kept between two readings.
     *
     * @param earlier the earlier reading
     * @return 0..1; NaN if that was too short a time to tell, or if the host counts nothing
     */
    public double stolenShareSince(CpuUse earlier) {
        return share(Math.max(0, stolenTicks - earlier.stolenTicks), earlier); // a virtual CPU that was moved may go back
    }

    private long othersTicks(CpuUse earlier) {
        return busyTicks - earlier.busyTicks - (ownTicks - earlier.ownTicks);
    }

    private double share(long ticks, CpuUse earlier) {
        long all = allTicks - earlier.allTicks;
        return all < ENOUGH_TICKS ? Double.NaN : Math.min(1, (double) ticks / all);
    }
}
