package dev.salvo.engine.host;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What will distort a measurement with a given placement on a given host, in plain sentences that say what to do.
 *
 * <p>Only what was read from the host is held against it: silence about a thing may also mean that the host hides it.
 */
public final class Distortions {
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
