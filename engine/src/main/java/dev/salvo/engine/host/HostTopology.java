package dev.salvo.engine.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * A Linux host as its files tell it: the CPUs, which of them this process may use and for how much of the time, and
 * what else bears on a measurement.
 *
 * <p>Everything is read once, from files below a root directory, so a host can be described, tested and argued about
 * from a copy of its files. Files that are absent are tolerated, for containers hide many; what is then assumed is said
 * at each method and by {@link Distortions}. Files that are there but make no sense are errors.
 *
 * <p>The affinity mask is the process's own, from {@code /proc/self/status}: that of its first thread, which a JVM
 * leaves idle, and so not what threads pinned since have. Immutable: any thread may use it.
 */
public final class HostTopology {
    private static final String CPU = "sys/devices/system/cpu/";
    private static final String NODE = "sys/devices/system/node/";
    private static final String STATUS = "proc/self/status";
    private static final String CPUINFO = "proc/cpuinfo";
    private static final String STAT = "proc/stat";
    private static final String TURBO_OFF = CPU + "intel_pstate/no_turbo"; // 1 is off
    private static final String BOOST = CPU + "cpufreq/boost"; // 1 is on

    private final List<Cpu> onlineCpus;
    private final List<Cpu> cpus;
    private final CpuSet isolatedCpus;
    private final double quotaCpus;
    private final String model;
    private final String kernel;
    private final double stealShare;
    private final boolean virtualised;
    private final boolean topologyTold;
    private final boolean smtActive;
    private final SortedMap<String, CpuSet> governors;
    private final Optional<String> boostOff;
    private final boolean numaBalancing;
    private final boolean schedStats;

    private HostTopology(HostFiles files) {
        CpuSet mask = mask(files);
        CpuSet online = online(files, mask);
        onlineCpus = locate(files, online);
        cpus = onlineCpus.stream().filter(cpu -> mask.isEmpty() || mask.contains(cpu.id())).toList();
        isolatedCpus = files.cpus(CPU + "isolated").orElse(CpuSet.of());
        quotaCpus = CpuQuota.read(files);
        model = model(files);
        kernel = kernel(files);
        stealShare = stealShare(files);
        virtualised = stealShare > 0 || files.exists("sys/hypervisor/type")
            || files.values(CPUINFO, "flags").stream().anyMatch(flags -> (" " + flags + " ").contains(" hypervisor "));
        topologyTold = cpus.stream().allMatch(cpu -> coreOf(files, cpu.id()).isPresent());
        smtActive = files.flag(CPU + "smt/active").orElse(false) || count(onlineCpus, Cpu::core) < onlineCpus.size();
        governors = governors(files, cpus);
        boostOff = boostOff(files);
        numaBalancing = files.text("proc/sys/kernel/numa_balancing").filter(mode -> !mode.equals("0")).isPresent();
        schedStats = files.exists("proc/self/schedstat");
    }

    /**
     * Reads this machine.
     *
     * @return the host, as it is now
     * @throws IllegalArgumentException      if a file is malformed, or this is not Linux
     * @throws java.io.UncheckedIOException  if a file is there but cannot be read
     */
    public static HostTopology read() {
        return read(Path.of("/"));
    }

    /**
     * Reads a machine from files below a directory.
     *
     * @param root the directory that holds the machine's {@code proc} and {@code sys}
     * @return the host, as its files tell it
     * @throws IllegalArgumentException     if a file is malformed, or neither {@code sys/devices/system/cpu/online} nor
     *                                      the mask in {@code proc/self/status} is there
     * @throws java.io.UncheckedIOException if a file is there but cannot be read
     */
    public static HostTopology read(Path root) {
        return new HostTopology(new HostFiles(root));
    }

    /** The process's affinity mask, which may name CPUs that are off line; empty if the host does not tell. */
    private static CpuSet mask(HostFiles files) {
        List<String> lists = files.values(STATUS, "Cpus_allowed_list");
        return lists.isEmpty() ? CpuSet.of() : files.parse(STATUS, lists.get(0));
    }

    private static CpuSet online(HostFiles files, CpuSet mask) {
        CpuSet online = files.cpus(CPU + "online").or(() -> files.cpus(CPU + "possible")).orElse(mask);
        if (online.isEmpty()) {
            throw new IllegalArgumentException(files.root() + " is not the root of a Linux host: there is neither "
                + CPU + "online nor a Cpus_allowed_list in " + STATUS);
        }
        // The kernel keeps no mask without an on-line CPU. If they seem disjoint, "online" is a container's renumbered
        // view (lxcfs), and the mask is the kernel's own word.
        return mask.isEmpty() || !online.and(mask).isEmpty() ? online : mask;
    }

    private static List<Cpu> locate(HostFiles files, CpuSet online) {
        Map<Integer, Integer> nodes = nodes(files);
        // Groups are known by their lists, not by the kernel's identifiers (see Cpu); equal lists are one group.
        Map<CpuSet, Integer> sockets = new HashMap<>();
        Map<CpuSet, Integer> dies = new HashMap<>();
        Map<CpuSet, Integer> clusters = new HashMap<>();
        Map<CpuSet, Integer> cores = new HashMap<>();
        List<Cpu> cpus = new ArrayList<>();
        for (int id : online.stream().toArray()) {
            CpuSet core = coreOf(files, id).orElse(CpuSet.of(id));
            CpuSet socket = siblings(files, id, "package_cpus_list")
                .or(() -> siblings(files, id, "core_siblings_list")).orElse(online);
            // Where a kernel knows no dies or clusters, it lists the CPU by itself, or its physical core.
            CpuSet die = siblings(files, id, "die_cpus_list").filter(list -> list.size() > core.size()).orElse(socket);
            CpuSet cluster = siblings(files, id, "cluster_cpus_list").filter(list -> list.size() > core.size())
                .orElse(die);
            cpus.add(new Cpu(id, number(sockets, socket), number(dies, die), number(clusters, cluster),
                number(cores, core), (int) core.stream().filter(sibling -> sibling < id).count(),
                nodes.getOrDefault(id, 0)));
        }
        return List.copyOf(cpus);
    }

    private static Optional<CpuSet> coreOf(HostFiles files, int cpu) {
        // thread_siblings_list is the name before Linux 5.3.
        return siblings(files, cpu, "core_cpus_list").or(() -> siblings(files, cpu, "thread_siblings_list"));
    }

    private static Optional<CpuSet> siblings(HostFiles files, int cpu, String name) {
        String path = CPU + "cpu" + cpu + "/topology/" + name;
        Optional<CpuSet> list = files.cpus(path);
        list.filter(siblings -> !siblings.contains(cpu)).ifPresent(siblings -> {
            throw files.malformed(path, siblings.toString(), "a list that names CPU " + cpu + " itself");
        });
        return list;
    }

    private static int number(Map<CpuSet, Integer> numbers, CpuSet group) {
        int next = numbers.size();
        Integer known = numbers.putIfAbsent(group, next);
        return known == null ? next : known;
    }

    private static Map<Integer, Integer> nodes(HostFiles files) {
        Map<Integer, Integer> nodes = new HashMap<>();
        for (String name : files.names(NODE, "node[0-9]*")) {
            String number = name.substring("node".length());
            if (!number.matches("[0-9]{1,5}")) {
                throw files.malformed(NODE + name, name, "node and a number");
            }
            files.cpus(NODE + name + "/cpulist") // a node of memory only lists none
                .ifPresent(list -> list.stream().forEach(cpu -> nodes.put(cpu, Integer.parseInt(number))));
        }
        return nodes;
    }

    private static String model(HostFiles files) {
        List<String> names = files.values(CPUINFO, "model name");
        if (!names.isEmpty()) {
            return names.get(0);
        }
        // arm64 gives two numbers per CPU, and a phone's CPUs differ.
        List<String> implementers = files.values(CPUINFO, "CPU implementer");
        List<String> parts = files.values(CPUINFO, "CPU part");
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < Math.min(implementers.size(), parts.size()); i++) {
            String kind = "CPU implementer " + implementers.get(i) + " part " + parts.get(i);
            if (!kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        return kinds.isEmpty() ? "unknown CPU model" : String.join(", ", kinds);
    }

    private static String kernel(HostFiles files) {
        // /proc/version begins "Linux version 6.1.0-18-arm64 (…".
        return files.text("proc/sys/kernel/osrelease")
            .or(() -> files.text("proc/version").map(text -> text.split(" ")).filter(words -> words.length > 2)
                .map(words -> words[2]))
            .map(release -> "Linux " + release).orElse("unknown kernel");
    }

    private static double stealShare(HostFiles files) {
        Optional<String> total = files.lines(STAT).stream().filter(line -> line.startsWith("cpu ")).findFirst();
        if (total.isEmpty()) {
            return 0;
        }
        // user nice system idle iowait irq softirq steal; the guest times that follow are in user and nice already.
        String[] fields = total.get().split(" +");
        long sum = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            if (!fields[i].matches("[0-9]{1,18}")) {
                throw files.malformed(STAT, total.get(), "the word cpu and numbers of ticks");
            }
            sum += Long.parseLong(fields[i]);
        }
        return fields.length < 9 || sum == 0 ? 0 : (double) Long.parseLong(fields[8]) / sum;
    }

    private static SortedMap<String, CpuSet> governors(HostFiles files, List<Cpu> cpus) {
        Map<String, List<Integer>> lists = new TreeMap<>();
        for (Cpu cpu : cpus) {
            files.text(CPU + "cpu" + cpu.id() + "/cpufreq/scaling_governor").ifPresent(
                governor -> lists.computeIfAbsent(governor, first -> new ArrayList<>()).add(cpu.id()));
        }
        SortedMap<String, CpuSet> governors = new TreeMap<>();
        lists.forEach((governor, ids) -> governors.put(governor, CpuSet.of(ids.stream().mapToInt(id -> id).toArray())));
        return governors;
    }

    private static Optional<String> boostOff(HostFiles files) {
        if (files.flag(BOOST).orElse(false)) {
            return Optional.of("echo 0 > /" + BOOST);
        }
        return files.flag(TURBO_OFF).filter(off -> !off).map(on -> "echo 1 > /" + TURBO_OFF);
    }

    /**
     * The CPUs this process may use: those on line and in its affinity mask. A host that tells no mask allows all.
     *
     * @return the CPUs in ascending order, at least one
     */
    public List<Cpu> cpus() {
        return cpus;
    }

    /**
     * All CPUs of the machine that are on line. Where the host does not tell, those that are possible, or else those in
     * the process's mask.
     *
     * @return the CPUs in ascending order, at least one
     */
    public List<Cpu> onlineCpus() {
        return onlineCpus;
    }

    /**
     * The CPUs that were isolated from the scheduler at boot, for pinned threads to use.
     *
     * @return the set, empty if there are none or the host does not tell
     */
    public CpuSet isolatedCpus() {
        return isolatedCpus;
    }

    /**
     * The CPU time that control groups allow this process: the smallest quota over period of all groups it is in, of
     * version 1 and 2.
     *
     * @return CPUs, above 0; positive infinity without a quota
     */
    public double quotaCpus() {
        return quotaCpus;
    }

    /**
     * How many CPUs can be kept busy all the time: as many as the mask allows, or as the quota pays for in full, but
     * at least one.
     *
     * @return 1..{@code cpus().size()}
     */
    public int usableCpus() {
        return (int) Math.min(cpus.size(), Math.max(1, Math.floor(quotaCpus)));
    }

    /**
     * The processor's model name; on arm64, which has none, the implementer and part numbers of each kind of CPU.
     *
     * @return a name, {@code unknown CPU model} if the host does not tell
     */
    public String model() {
        return model;
    }

    /**
     * The kernel and its release.
     *
     * @return such as {@code Linux 6.1.0}, {@code unknown kernel} if the host does not tell
     */
    public String kernel() {
        return kernel;
    }

    /**
     * Tells whether the host says it is a virtual machine: by x86's {@code hypervisor} flag, {@code /sys/hypervisor},
     * or stolen time. An arm64 guest may show none of these.
     *
     * @return whether it does
     */
    public boolean virtualised() {
        return virtualised;
    }

    /**
     * The part of all CPU time since boot that the hypervisor gave to others while a CPU here had work.
     *
     * @return 0..1; 0 also if the host does not tell
     */
    public double stealShare() {
        return stealShare;
    }

    /**
     * Tells whether SMT is on: some physical core has several threads on line, or the kernel says so without telling
     * which.
     *
     * @return whether it is
     */
    public boolean smtActive() {
        return smtActive;
    }

    /**
     * Tells whether the host says which CPUs are threads of one physical core, for every CPU in {@link #cpus()}.
     * If it does not, each such CPU is taken for a physical core.
     *
     * @return whether it does
     */
    public boolean topologyTold() {
        return topologyTold;
    }

    /**
     * The frequency governors in force on {@link #cpus()}.
     *
     * @return CPUs by governor's name; empty if the host does not tell
     */
    public SortedMap<String, CpuSet> governors() {
        return new TreeMap<>(governors);
    }

    /**
     * Tells whether CPUs may clock above their nominal rate while others idle.
     *
     * @return whether they may; false also if the host does not tell
     */
    public boolean boost() {
        return boostOff.isPresent();
    }

    /** The shell command that ends {@link #boost()}; empty when it is off. */
    Optional<String> boostOff() {
        return boostOff;
    }

    /**
     * Tells whether the kernel samples memory accesses by unmapping pages, which shoots down real TLB entries.
     *
     * @return whether it does; false also if the host does not tell
     */
    public boolean numaBalancing() {
        return numaBalancing;
    }

    /**
     * Tells whether the kernel accounts how long a runnable thread waited for its CPU ({@link SchedStat}).
     *
     * @return whether it does
     */
    public boolean schedStats() {
        return schedStats;
    }

    /**
     * The host in a few words, such as {@code AMD EPYC, 2 CPUs (1 socket, 1 NUMA node, 2 physical cores), virtual
     * machine, Linux 6.1.0}; what this process may use of it only where that is less.
     *
     * @return one line
     */
    public String describe() {
        StringBuilder line = new StringBuilder(model).append(", ").append(plural(onlineCpus.size(), "CPU"));
        if (topologyTold) {
            line.append(" (").append(plural(count(onlineCpus, Cpu::socket), "socket")).append(", ")
                .append(plural(count(onlineCpus, Cpu::node), "NUMA node")).append(", ")
                .append(plural(count(onlineCpus, Cpu::core), "physical core")).append(')');
        }
        if (cpus.size() < onlineCpus.size()) {
            line.append(", mask ").append(ids(cpus));
        }
        if (quotaCpus < cpus.size()) {
            line.append(String.format(Locale.ROOT, ", quota %.2f CPUs", quotaCpus));
        }
        return line.append(virtualised ? ", virtual machine, " : ", ").append(kernel).toString();
    }

    @Override
    public String toString() {
        return describe();
    }

    static CpuSet ids(List<Cpu> cpus) {
        return CpuSet.of(cpus.stream().mapToInt(Cpu::id).toArray());
    }

    static int count(List<Cpu> cpus, ToIntFunction<Cpu> group) {
        return (int) cpus.stream().mapToInt(group).distinct().count();
    }

    static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
