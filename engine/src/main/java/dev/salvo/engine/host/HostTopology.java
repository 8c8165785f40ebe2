package dev.salvo.engine.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * A Linux host as its files tell it: the CPUs, which of them this process may use and for how much of the time, and
 * what else bears on a measurement.
 *
 * <p>Everything is read once, from files below a root directory, so a host can be described, tested and argued about
 * from a copy of its files. Files that are absent are tolerated, for containers hide many; what is then assumed is said
 * at each method and by {@link Distortions}. So are files that cannot be read or make no sense: {@link #oddities()}
 * names them.
 *
 * <p>The affinity mask is that of the process's first thread, which a JVM leaves idle, and so not what threads pinned
 * since have. On this machine it is asked of the kernel, since a container's view of the CPUs online may be renumbered
 * (lxcfs). Immutable: any thread may use it.
 */
public final class HostTopology {
    private static final String CPU = "sys/devices/system/cpu/";
    private static final String NODE = "sys/devices/system/node/";
    private static final String STATUS = "proc/self/status";
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
    private final List<CpuKind> kinds;
    private final List<String> oddities;

    private HostTopology(HostFiles files, Optional<CpuSet> runnable) {
        CpuSet mask = runnable.orElseGet(() -> mask(files));
        CpuSet online = online(files, mask, runnable.isPresent());
        onlineCpus = locate(files, online);
        cpus = onlineCpus.stream().filter(cpu -> mask.isEmpty() || mask.contains(cpu.id())).toList();
        CpuInfo info = new CpuInfo(files);
        isolatedCpus = files.cpus(CPU + "isolated").orElse(CpuSet.of());
        quotaCpus = CpuQuota.read(files);
        model = info.model();
        kernel = kernel(files);
        stealShare = stealShare(files);
        virtualised = stealShare > 0 || files.exists("sys/hypervisor/type")
            || info.hypervisor();
        topologyTold = cpus.stream().allMatch(cpu -> coreOf(files, cpu.id()).isPresent());
        smtActive = files.flag(CPU + "smt/active").orElse(false) || count(onlineCpus, Cpu::core) < onlineCpus.size();
        governors = governors(files, cpus);
        boostOff = boostOff(files);
        numaBalancing = files.text("proc/sys/kernel/numa_balancing").filter(mode -> !mode.equals("0")).isPresent();
        schedStats = files.exists("proc/self/schedstat");
        kinds = CpuKind.of(files, info, cpus);
        oddities = files.oddities();
    }

    /**
     * Reads this machine.
     *
     * @return the host, as it is now
     * @throws UnsuitableHostException if this is not Linux, or its files do not tell of any CPU
     */
    public static HostTopology read() {
        return read(Path.of("/"), CpuPinning.ofProcess());
    }

    /**
     * Reads a machine from files below a directory.
     *
     * @param root the directory that holds the machine's {@code proc} and {@code sys}
     * @return the host, as its files tell it
     * @throws UnsuitableHostException if neither the CPUs online nor the mask of the process can be told from them
     */
    public static HostTopology read(Path root) {
        return read(root, Optional.empty());
    }

    /** With the CPUs that the kernel runs the process on, where it was asked for them. */
    static HostTopology read(Path root, Optional<CpuSet> runnable) {
        return new HostTopology(new HostFiles(root), runnable);
    }

    /** The process's affinity mask, which may name CPUs that are offline; empty if the host does not tell. */
    private static CpuSet mask(HostFiles files) {
        return files.value(STATUS, "Cpus_allowed_list", CpuSet::parse)
            .or(() -> files.value(STATUS, "Cpus_allowed", CpuSet::parseMask)).orElse(CpuSet.of());
    }

    private static CpuSet online(HostFiles files, CpuSet mask, boolean maskIsOnline) {
        CpuSet online = files.cpus(CPU + "online").or(() -> directories(files))
            .or(() -> files.cpus(CPU + "possible")).orElse(mask);
        if (online.isEmpty()) {
            throw new UnsuitableHostException(files.root() + ": not the root of a Linux host, for neither " + CPU
                + "online nor a Cpus_allowed_list in " + STATUS + " names a CPU; accepted is a host that tells its CPUs");
        }
        CpuSet real = online.containsAll(mask) ? online
            : maskIsOnline ? mask : renumbered(files, online, mask).orElse(online);
        if (real != online) {
            files.odd("The host's /" + CPU + "online tells of CPUs " + online + ", but the kernel lets this process run "
                + "on " + mask + ", as where a container numbers its CPUs anew (lxcfs); the kernel's word is taken.");
        }
        return real;
    }

    /** The CPUs for which there is a directory, and none that says that they are offline. */
    private static Optional<CpuSet> directories(HostFiles files) {
        int[] ids = files.names(CPU, "cpu[0-9]{1,5}").stream().mapToInt(name -> Integer.parseInt(name.substring(3)))
            .filter(id -> id <= CpuSet.MAX_CPU && isOnline(files, id)).toArray();
        return ids.length == 0 ? Optional.empty() : Optional.of(CpuSet.of(ids));
    }

    private static boolean isOnline(HostFiles files, int cpu) {
        return files.text(CPU + "cpu" + cpu + "/online").filter("0"::equals).isEmpty();
    }

    /**
     * The mask's CPUs that are online, where the list of those is a container's view with numbers of its own. A mask
     * that names more than that list may also name CPUs that are offline; empty if so.
     */
    private static Optional<CpuSet> renumbered(HostFiles files, CpuSet online, CpuSet mask) {
        // The kernel removes the topology of a CPU that goes offline.
        CpuSet placed = CpuSet.of(mask.stream()
            .filter(id -> files.exists(CPU + "cpu" + id + "/topology") && isOnline(files, id)).toArray());
        boolean asManyFromZero = online.size() == mask.size() && online.equals(CpuSet.parse("0-" + (online.size() - 1)))
            && (placed.isEmpty() || !online.containsAll(placed));
        // The kernel keeps no mask without a CPU online.
        return asManyFromZero || online.and(mask).isEmpty() || lxcfs(files)
            ? Optional.of(placed.isEmpty() ? mask : placed) : Optional.empty();
    }

    /** Whether the list of CPUs online is mounted over by lxcfs, alone or with a directory above it. */
    private static boolean lxcfs(HostFiles files) {
        return files.lines("proc/self/mountinfo").stream().map(line -> line.split(" "))
            .anyMatch(fields -> fields.length > 4 && ("/" + CPU + "online").startsWith(fields[4])
                && fields[4].startsWith("/sys/devices") && List.of(fields).contains("fuse.lxcfs"));
    }

    private static List<Cpu> locate(HostFiles files, CpuSet online) {
        Map<Integer, Integer> nodes = nodes(files);
        // Groups are known by their lists, not by the kernel's identifiers (see Cpu); equal lists are one group.
        Map<CpuSet, Integer> sockets = new HashMap<>();
        Map<CpuSet, Integer> dies = new HashMap<>();
        Map<CpuSet, Integer> clusters = new HashMap<>();
        Map<CpuSet, Integer> cores = new HashMap<>();
        Map<Integer, CpuSet> coreOf = new TreeMap<>();
        Map<Integer, CpuSet> socketOf = new TreeMap<>();
        List<Cpu> cpus = new ArrayList<>();
        for (int id : online.stream().toArray()) {
            Optional<CpuSet> coreTold = coreOf(files, id);
            Optional<CpuSet> socketTold = siblings(files, id, "package_cpus")
                .or(() -> siblings(files, id, "core_siblings"));
            coreTold.ifPresent(list -> coreOf.put(id, list));
            socketTold.ifPresent(list -> socketOf.put(id, list));
            CpuSet core = coreTold.orElse(CpuSet.of(id));
            CpuSet socket = socketTold.orElse(online);
            // Where a kernel knows no dies or clusters, it lists the CPU by itself, or its physical core.
            CpuSet die = siblings(files, id, "die_cpus").filter(list -> list.size() > core.size()).orElse(socket);
            CpuSet cluster = siblings(files, id, "cluster_cpus").filter(list -> list.size() > core.size()).orElse(die);
            cpus.add(new Cpu(id, number(sockets, socket), number(dies, die), number(clusters, cluster),
                number(cores, core), (int) core.stream().filter(sibling -> sibling < id).count(),
                nodes.getOrDefault(id, 0)));
        }
        agree(files, "physical core", coreOf);
        agree(files, "socket", socketOf);
        return List.copyOf(cpus);
    }

    /** A group is known by its list, so all that it names should have the same. */
    private static void agree(HostFiles files, String group, Map<Integer, CpuSet> lists) {
        int[] odd = lists.keySet().stream().flatMap(cpu -> lists.get(cpu).stream()
            .filter(other -> lists.containsKey(other) && !lists.get(other).equals(lists.get(cpu))).boxed()
            .flatMap(other -> Stream.of(cpu, other))).mapToInt(cpu -> cpu).toArray();
        if (odd.length > 0) {
            files.odd("The host's CPUs " + CpuSet.of(odd) + " do not agree which of them share a " + group
                + "; those whose lists are equal are taken to.");
        }
    }

    private static Optional<CpuSet> coreOf(HostFiles files, int cpu) {
        // thread_siblings is the name before Linux 5.3.
        return siblings(files, cpu, "core_cpus").or(() -> siblings(files, cpu, "thread_siblings"));
    }

    private static Optional<CpuSet> siblings(HostFiles files, int cpu, String name) {
        String path = CPU + "cpu" + cpu + "/topology/" + name;
        Optional<CpuSet> told = files.cpus(path + "_list", path);
        if (told.isPresent() && !told.get().contains(cpu)) {
            files.malformed(path + "_list", told.get().toString());
            return Optional.empty();
        }
        return told;
    }

    private static int number(Map<CpuSet, Integer> numbers, CpuSet group) {
        int next = numbers.size();
        Integer known = numbers.putIfAbsent(group, next);
        return known == null ? next : known;
    }

    private static Map<Integer, Integer> nodes(HostFiles files) {
        Map<Integer, Integer> nodes = new HashMap<>();
        Set<Integer> inSeveral = new TreeSet<>();
        int[] numbers = files.names(NODE, "node[0-9]{1,5}").stream().map(name -> name.substring("node".length()))
            .mapToInt(Integer::parseInt).sorted().toArray();
        for (int number : numbers) {
            String node = NODE + "node" + number;
            CpuSet list = files.cpus(node + "/cpulist", node + "/cpumap").orElse(CpuSet.of()); // none: memory only
            list.stream().filter(cpu -> nodes.putIfAbsent(cpu, number) != null).forEach(inSeveral::add);
        }
        if (!inSeveral.isEmpty()) {
            files.odd("The host's CPUs " + CpuSet.of(inSeveral.stream().mapToInt(cpu -> cpu).toArray())
                + " are each in several NUMA nodes by the lists in /" + NODE + "; the node with the lowest number is "
                + "taken.");
        }
        return nodes;
    }

    private static String kernel(HostFiles files) {
        // /proc/version begins "Linux version 6.1.0-18-arm64 (…".
        return files.text("proc/sys/kernel/osrelease").filter(release -> !release.isEmpty())
            .or(() -> files.text("proc/version").map(text -> text.split(" ")).filter(words -> words.length > 2)
                .map(words -> words[2]))
            .map(release -> "Linux " + release).orElse("unknown kernel");
    }

    private static double stealShare(HostFiles files) {
        Optional<String> total = files.lines(STAT).stream().filter(line -> line.startsWith("cpu ")).findFirst();
        if (total.isEmpty()) {
            return 0;
        }
        return files.parse(STAT, total.get(), HostTopology::stolen).orElse(0.0);
    }

    private static double stolen(String line) {
        // user nice system idle iowait irq softirq steal; the guest times that follow are in user and nice already.
        String[] fields = line.strip().split(" +");
        long sum = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            if (!fields[i].matches("[0-9]{1,18}")) {
                throw new IllegalArgumentException(line + ": expected the word cpu and numbers of ticks");
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
     * The CPUs this process may use: those online and in its affinity mask. A host that tells no mask allows all.
     *
     * @return the CPUs in ascending order, at least one
     */
    public List<Cpu> cpus() {
        return cpus;
    }

    /**
     * All CPUs of the machine that are online. Where the host does not tell, those that are possible, or else those in
     * the process's mask.
     *
     * @return the CPUs in ascending order, at least one
     */
    public List<Cpu> onlineCpus() {
        return onlineCpus;
    }

    /**
     * The kinds of CPU among {@link #cpus()}, where some are slower than others (P and E cores, big and LITTLE).
     *
     * @return the kinds, the fastest first; one if all CPUs are alike, or the host does not tell them apart
     */
    public List<CpuKind> kinds() {
        return kinds;
    }

    /**
     * Which kind a CPU is of.
     *
     * @param cpu one of {@link #cpus()}
     * @return an index into {@link #kinds()}: 0 is the fastest
     */
    public int kindOf(Cpu cpu) {
        int kind = 0;
        while (!kinds.get(kind).cpus().contains(cpu.id())) {
            kind++;
        }
        return kind;
    }

    /**
     * What of the host's files could not be read, is not understood, or contradicts what the kernel says, and what was
     * assumed instead.
     *
     * @return one sentence, of one line, for each; empty if nothing is odd
     */
    public List<String> oddities() {
        return oddities;
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
     * The processor's model name, and of a host with several kinds of CPU that of each; where a kernel tells only
     * numbers that are not known here, these.
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
     * Tells whether SMT is on: some physical core has several threads online, or the kernel says so without telling
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
