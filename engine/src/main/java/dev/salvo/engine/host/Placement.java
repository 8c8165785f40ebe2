package dev.salvo.engine.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * Which CPU of the host carries each simulated core.
 *
 * <p>The policy puts the CPUs that the process may use into an order; core <i>i</i> gets the CPU at
 * <i>i</i> mod <i>n</i> of it. <i>n</i>, the number of CPUs used, is the smallest of the cores asked for, the CPUs in
 * the order, and {@link HostTopology#usableCpus()}, so that pinned threads alone never exceed a cgroup quota of one CPU
 * or more.
 *
 * <p>The order, exactly:
 * <ul>
 * <li>{@link PlacementPolicy#COMPACT}: ascending by socket, NUMA node, die, cluster, physical core, SMT rank.
 * <li>{@link PlacementPolicy#PHYSICAL}: of that order, the first CPU of each physical core.
 * <li>{@link PlacementPolicy#SCATTER}: of the compact order, first the first CPU of each physical core, then the second
 * of each, and so on. Each of these rounds takes the sockets in turn, and from a socket's share its nodes in turn, from
 * a node's its dies, from a die's its clusters, always in ascending order; what has run out is passed over.
 * <li>{@link PlacementPolicy#PERFORMANCE} and {@link PlacementPolicy#EFFICIENCY}: of the CPUs of the fastest, or the
 * slowest, kind, first the first CPU of each physical core, then the second of each, and so on, each of these rounds in
 * compact order. A host whose CPUs are all of one kind has no such order.
 * <li>When at least one CPU of the process's mask stays unused, CPU 0, which takes most interrupts, goes last, and its
 * physical core with it: under every policy the CPUs of that core come after all others (under SCATTER
 * and by kind: of their round), and CPU 0 after its siblings.
 * </ul>
 * Numbers are those of {@link Cpu}, so every tie ends at the lowest CPU number.
 *
 * <p>Immutable, so any thread may use it.
 */
public final class Placement {
    /** The largest number of simulated cores. */
    public static final int MAX_CORES = 1024;

    private static final Comparator<Cpu> NEIGHBOURS = Comparator.comparingInt(Cpu::socket).thenComparingInt(Cpu::node)
        .thenComparingInt(Cpu::die).thenComparingInt(Cpu::cluster).thenComparingInt(Cpu::core)
        .thenComparingInt(Cpu::smt);

    private static final List<ToIntFunction<Cpu>> LEVELS = List.of(Cpu::socket, Cpu::node, Cpu::die, Cpu::cluster);

    private final PlacementPolicy policy;
    private final int cores;
    private final List<Cpu> used;
    private final List<Integer> spare;

    private Placement(PlacementPolicy policy, int cores, List<Cpu> used, List<Integer> spare) {
        this.policy = policy;
        this.cores = cores;
        this.used = used;
        this.spare = spare;
    }

    /**
     * Places cores on a host.
     *
     * @param host   the host
     * @param policy the order in which to take its CPUs
     * @param cores  how many simulated cores, 1..{@value #MAX_CORES}
     * @return the placement
     * @throws IllegalArgumentException if the number of cores is out of range
     * @throws UnsuitableHostException  if the policy goes by kinds of CPU, and the host has one only
     */
    public static Placement of(HostTopology host, PlacementPolicy policy, int cores) {
        if (cores < 1 || cores > MAX_CORES) {
            throw new IllegalArgumentException("cores " + cores + ": must be 1.." + MAX_CORES);
        }
        List<Cpu> placeable = placeable(host, policy);
        List<Cpu> order = order(policy, placeable, cpu -> 0);
        int used = Math.min(Math.min(cores, order.size()), host.usableCpus());
        if (used < host.cpus().size()) {
            order = order(policy, placeable, cpuZeroLast(host.cpus()));
        }
        order = List.copyOf(order.subList(0, used));
        return new Placement(policy, cores, order, spare(host.cpus(), order));
    }

    /** The CPUs that a policy takes at all. */
    private static List<Cpu> placeable(HostTopology host, PlacementPolicy policy) {
        if (policy != PlacementPolicy.PERFORMANCE && policy != PlacementPolicy.EFFICIENCY) {
            return host.cpus();
        }
        List<CpuKind> kinds = host.kinds();
        if (kinds.size() == 1) {
            throw new UnsuitableHostException("--placement " + policy + ": the CPUs that this process may use ("
                + kinds.get(0).cpus() + ") are all of one kind, as far as this host tells; accepted is "
                + PlacementPolicy.COMPACT + ", " + PlacementPolicy.SCATTER + " or " + PlacementPolicy.PHYSICAL);
        }
        CpuSet kind = kinds.get(policy == PlacementPolicy.PERFORMANCE ? 0 : kinds.size() - 1).cpus();
        return host.cpus().stream().filter(cpu -> kind.contains(cpu.id())).toList();
    }

    private static List<Cpu> order(PlacementPolicy policy, List<Cpu> cpus, ToIntFunction<Cpu> rank) {
        Comparator<Cpu> byRank = Comparator.comparingInt(rank);
        List<Cpu> compact = cpus.stream().sorted(byRank.thenComparing(NEIGHBOURS)).toList();
        return switch (policy) {
            case COMPACT -> compact;
            case PHYSICAL -> firstOfEachCore(compact);
            case SCATTER -> inRounds(compact, round -> inTurn(round, 0).stream().sorted(byRank).toList()); // stable
            case PERFORMANCE, EFFICIENCY -> inRounds(compact, round -> round);
        };
    }

    /** First the first CPU of each physical core, then the second of each, and so on, each of these rounds in an order. */
    private static List<Cpu> inRounds(List<Cpu> compact, UnaryOperator<List<Cpu>> order) {
        List<Cpu> all = new ArrayList<>();
        List<Cpu> rest = new ArrayList<>(compact);
        while (!rest.isEmpty()) {
            List<Cpu> round = firstOfEachCore(rest);
            rest.removeAll(round);
            all.addAll(order.apply(round));
        }
        return all;
    }

    /** 0 for all CPUs, but 1 for the SMT siblings of CPU 0 and 2 for itself. */
    private static ToIntFunction<Cpu> cpuZeroLast(List<Cpu> cpus) {
        Set<Integer> core = new HashSet<>();
        cpus.stream().filter(cpu -> cpu.id() == 0).forEach(cpu -> core.add(cpu.core()));
        return cpu -> cpu.id() == 0 ? 2 : core.contains(cpu.core()) ? 1 : 0;
    }

    private static List<Cpu> firstOfEachCore(List<Cpu> cpus) {
        Map<Integer, Cpu> first = new LinkedHashMap<>();
        cpus.forEach(cpu -> first.putIfAbsent(cpu.core(), cpu));
        return List.copyOf(first.values());
    }

    /** Deals from the groups of a level in turn, each group having been dealt from its own sub-groups in turn. */
    private static List<Cpu> inTurn(List<Cpu> cpus, int level) {
        if (level == LEVELS.size()) {
            return cpus;
        }
        Map<Integer, List<Cpu>> groups = new LinkedHashMap<>();
        cpus.forEach(cpu -> groups.computeIfAbsent(LEVELS.get(level).applyAsInt(cpu), group -> new ArrayList<>())
            .add(cpu));
        List<Iterator<Cpu>> hands = new ArrayList<>();
        groups.values().forEach(group -> hands.add(inTurn(group, level + 1).iterator()));
        List<Cpu> dealt = new ArrayList<>(cpus.size());
        while (dealt.size() < cpus.size()) {
            hands.stream().filter(Iterator::hasNext).forEach(hand -> dealt.add(hand.next()));
        }
        return dealt;
    }

    /** The CPUs that carry no core, those first whose physical core carries none either. */
    private static List<Integer> spare(List<Cpu> cpus, List<Cpu> used) {
        Set<Integer> busy = new HashSet<>();
        used.forEach(cpu -> busy.add(cpu.core()));
        return cpus.stream().filter(cpu -> !used.contains(cpu))
            .sorted(Comparator.comparing((Cpu cpu) -> busy.contains(cpu.core())).thenComparingInt(Cpu::id))
            .map(Cpu::id).toList();
    }

    /**
     * The CPU that carries a core.
     *
     * @param core a simulated core, 0..{@link #cores()} - 1
     * @return the CPU's number
     * @throws IndexOutOfBoundsException if there is no such core
     */
    public int cpuOf(int core) {
        if (core < 0 || core >= cores) {
            throw new IndexOutOfBoundsException("core " + core + ": must be 0.." + (cores - 1));
        }
        return used.get(core % used.size()).id();
    }

    /**
     * How many CPUs carry cores.
     *
     * @return the number of distinct CPUs, at least 1
     */
    public int cpus() {
        return used.size();
    }

    /**
     * How many simulated cores are placed.
     *
     * @return the number of cores
     */
    public int cores() {
        return cores;
    }

    /**
     * The policy that was followed.
     *
     * @return the policy
     */
    public PlacementPolicy policy() {
        return policy;
    }

    /**
     * Tells whether some CPU carries more than one core, so that the host's scheduler is part of what is measured.
     *
     * @return whether it does
     */
    public boolean oversubscribed() {
        return cores > used.size();
    }

    /**
     * The CPUs of the process's mask that carry no core, and so are left to the JVM's own threads: first those whose
     * physical core carries none either, then the SMT siblings of cores' CPUs; ascending within both.
     *
     * @return their numbers; empty when every CPU carries a core
     */
    public List<Integer> spareCpus() {
        return spare;
    }

    /** The CPUs that carry cores, in the order of the first core of each. */
    List<Cpu> used() {
        return used;
    }

    /**
     * The placement in a few words, such as {@code 100 cores on 2 CPUs, compact, oversubscribed 100/2}.
     *
     * @return one line
     */
    public String describe() {
        return HostTopology.plural(cores, "core") + " on " + HostTopology.plural(cpus(), "CPU") + ", " + policy
            + (oversubscribed() ? ", oversubscribed " + cores + "/" + cpus() : "");
    }

    @Override
    public String toString() {
        return describe();
    }
}
