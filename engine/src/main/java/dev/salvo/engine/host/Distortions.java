package dev.salvo.engine.host;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What will distort a measurement with a given placement on a given host, in plain sentences that say what to do.
 *
 * <p>Only what was read from the host is held against it: silence about a thing may also mean that the host hides it.
 */
public final class Distortions {
    /** Long enough for ticks of 10 ms to tell, short enough to be waited for. */
    private static final int LOOK_MILLIS = 300;

    /** CPUs that others keep busy: more than a host's own services do. */
    private static final double MUCH = 0.2;

    /** Below that a measured JVM may be killed: it and its parent reached 404 MB in a control group of 512 MiB. */
    private static final long ENOUGH_MEBIBYTES = 448;

    private Distortions() {
    }

    /**
     * The distortions, the graver first.
     *
     * @param host      the host
     * @param placement a placement on that host
     * @return one sentence, of one line, for each; empty if nothing was found
     */
    public static List<String> of(HostTopology host, Placement placement) {
        List<String> found = new ArrayList<>();
        cpusMissing(host, placement, found);
        cpuTimeTaken(host, found);
        cpusShared(host, placement, found);
        kindsMixed(host, placement, found);
        clockRate(host, found);
        kernelsOwn(host, found);
        found.addAll(host.oddities());
        return List.copyOf(found);
    }

    /**
     * What distorts a measurement at this moment, whatever is placed where. Takes {@value #LOOK_MILLIS} ms, in which this
     * process should do nothing.
     *
     * @param host this host
     * @return one sentence, of one line, for each; empty if nothing was found
     */
    public static List<String> now(HostTopology host) {
        List<String> found = new ArrayList<>();
        Optional<CpuUse> before = CpuUse.read(host);
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        Optional<CpuUse> after = CpuUse.read(host);
        if (before.isPresent() && after.isPresent()) {
            busy(after.get().othersSince(before.get()), host, "now").ifPresent(found::add);
        }
        OptionalLong mebibytes = MemoryLimit.mebibytes();
        if (mebibytes.isPresent() && mebibytes.getAsLong() < ENOUGH_MEBIBYTES) {
            found.add("This process and its children may use " + mebibytes.getAsLong() + " MiB of memory: a measured JVM of a few "
                + "cores, and the one that starts it, take about 400 MiB, and are killed if they get less; raise the limit "
                + "(memory.max, memory.limit_in_bytes).");
        }
        return List.copyOf(found);
    }

    /**
     * What is said of CPUs that others keep busy.
     *
     * @param others how many, {@link CpuUse#othersSince}
     * @param host   the host
     * @param when   when they did
     * @return one sentence, of one line; empty if that is no more than a host does by itself
     */
    public static Optional<String> busy(double others, HostTopology host, String when) {
        return others < MUCH ? Optional.empty() : Optional.of(String.format(Locale.ROOT, "Others keep %.1f of %s "
            + "busy %s, another container's or another user's processes maybe: cores wait while they run; measure when "
            + "the host is idle, or on CPUs that are this process's own.", others,
            HostTopology.plural(host.cpus().size(), "CPU"), when));
    }

    private static void cpusMissing(HostTopology host, Placement placement, List<String> found) {
        int allowed = host.cpus().size();
        if (placement.oversubscribed()) {
            found.add(cores(placement.cores()) + " on " + HostTopology.plural(placement.cpus(), "CPU")
                + ": a core can acknowledge only when it has its turn on a CPU, so the host's scheduler is part of "
                + "every figure; run at most " + cores(placement.cpus()) + ", or a host with more CPUs.");
        } else if (placement.spareCpus().isEmpty()) {
            found.add("Every CPU carries a core: the JVM's own threads (compiler, collector) will preempt one; "
                + (placement.cores() == 1 ? "use a host with more CPUs."
                    : "run at most " + cores(placement.cores() - 1) + "."));
        }
        if (allowed < host.onlineCpus().size()) {
            found.add("This process may use " + allowed + " of the machine's " + host.onlineCpus().size() + " CPUs ("
                + HostTopology.ids(host.cpus()) + "), and other processes may use them too; widen its mask (taskset, "
                + "cpuset), or keep others off these CPUs.");
        }
    }

    private static void cpuTimeTaken(HostTopology host, List<String> found) {
        if (host.quotaCpus() < host.cpus().size()) {
            found.add(String.format(Locale.ROOT, "A control group allows %.2f CPUs of time on %s: once it is spent, "
                + "every thread is stopped until the next period begins; lift the quota (cpu.max, cpu.cfs_quota_us).",
                host.quotaCpus(), HostTopology.plural(host.cpus().size(), "CPU")));
        }
        if (host.stealShare() > 0) {
            BigDecimal percent = BigDecimal.valueOf(100 * host.stealShare()).round(new MathContext(2));
            found.add("This is a virtual machine, and " + percent.toPlainString() + " % of its CPU time since boot was "
                + "stolen: a core that waits for a stolen CPU looks slow; use dedicated CPUs or bare metal.");
        } else if (host.virtualised()) {
            found.add("This is a virtual machine: its CPUs may share physical cores and be taken away unseen; use "
                + "dedicated CPUs or bare metal.");
        }
    }

    private static void cpusShared(HostTopology host, Placement placement, List<String> found) {
        Set<Integer> physicalCores = new HashSet<>();
        placement.used().forEach(cpu -> physicalCores.add(cpu.core()));
        if (!host.topologyTold()) {
            found.add("The host does not tell which CPUs are threads of one physical core"
                + (host.smtActive() ? ", though SMT is on" : "") + ": each is taken for a core of its own; make "
                + "/sys/devices/system/cpu/cpu*/topology visible.");
        } else if (physicalCores.size() < placement.cpus()) {
            found.add("SMT is on: " + placement.cpus() + " CPUs of this placement are threads of only "
                + HostTopology.plural(physicalCores.size(), "physical core") + ", whose caches and execution units "
                + "they share; place by " + PlacementPolicy.PHYSICAL + ", or turn SMT off ("
                + "echo off > /sys/devices/system/cpu/smt/control).");
        } else if (host.smtActive()) {
            found.add("SMT is on: whatever else runs on the siblings of this placement's CPUs slows the cores down; "
                + "keep the host idle, or turn SMT off (echo off > /sys/devices/system/cpu/smt/control).");
        }
        CpuSet isolated = host.isolatedCpus().and(HostTopology.ids(host.onlineCpus()));
        if (!isolated.isEmpty() && isolated.and(HostTopology.ids(placement.used())).isEmpty()) {
            found.add("CPUs " + isolated + " are isolated for pinned threads, but carry no core; to measure there "
                + "start with 'taskset -c " + isolated + "'.");
        }
    }

    private static void kindsMixed(HostTopology host, Placement placement, List<String> found) {
        CpuSet used = HostTopology.ids(placement.used());
        List<String> kinds = host.kinds().stream().filter(kind -> !kind.cpus().and(used).isEmpty())
            .map(kind -> new CpuKind(kind.name(), kind.cpus().and(used)).toString()).toList();
        if (kinds.size() > 1) {
            found.add("Fast and slow CPUs are mixed (" + String.join("; ", kinds) + "): whoever waits for all cores waits "
                + "for the slow ones, and a curve over cores bends where they begin; place by "
                + PlacementPolicy.PERFORMANCE + " or " + PlacementPolicy.EFFICIENCY + ", or keep to one kind (taskset).");
        }
    }

    private static void clockRate(HostTopology host, List<String> found) {
        host.governors().forEach((governor, cpus) -> {
            if (!governor.equals("performance")) {
                found.add("The frequency governor of CPUs " + cpus + " is " + governor + ": their clock rate follows "
                    + "the load; set another (cpupower frequency-set -g performance).");
            }
        });
        host.boostOff().ifPresent(command -> found.add("Frequency boost is on: the clock rate falls as more cores are "
            + "busy, which looks like a cost of more cores; turn it off (" + command + ")."));
    }

    private static void kernelsOwn(HostTopology host, List<String> found) {
        if (host.numaBalancing() && HostTopology.count(host.onlineCpus(), Cpu::node) > 1) {
            found.add("NUMA balancing is on: the host's kernel unmaps pages and shoots down TLB entries of its own "
                + "accord; turn it off (sysctl kernel.numa_balancing=0).");
        }
        if (!host.schedStats()) {
            found.add("This kernel keeps no scheduling statistics: time that cores waited for their CPU cannot be "
                + "told; use a kernel built with CONFIG_SCHED_INFO.");
        }
    }

    private static String cores(int count) {
        return HostTopology.plural(count, "core");
    }
}
