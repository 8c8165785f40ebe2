package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.HostFiles;
import dev.salvo.engine.host.HostTopology;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What of a host bears on what its kernel takes for a shootdown, as it tells: files below a root, and the kernel's log, which
 * alone knows of a hypervisor that flushes in the kernel's stead. What is hidden is {@value #NOT_TOLD}, and not absent.
 *
 * @param list each of them, in the order in which they are printed
 */
public record Confounders(List<Confounder> list) {
    static final String NOT_TOLD = "not told";

    private static final String OFF = "no";
    private static final String PARAVIRTUAL_FLUSH = "paravirtual flush";
    private static final String INVLPGB = "broadcast invalidation (INVLPGB)";
    private static final String CPU = "sys/devices/system/cpu/";
    private static final Pattern RELEASE = Pattern.compile("([0-9]+)\\.([0-9]+)");
    /** What the kernel says first of all: a log without it has lost its beginning, and what was said at boot. */
    private static final String FIRST_WORDS = "Linux version ";
    private static final int BROADCASTS_SINCE = 6015;
    private static final Pattern HYPERVISOR = Pattern.compile("Hypervisor detected: (.+)");
    /** KVM, Hyper-V and PVM, each in its words. */
    private static final Pattern REMOTE_FLUSH = Pattern.compile(
        "KVM setup pv remote TLB flush|Using hypercall for remote TLB flush|remote TLB flushes via \\S+");
    private static final Pattern PARAVIRTUAL_IPIS = Pattern.compile("setup PV IPIs|Using IPI hypercalls|PV IPIs via \\S+");
    private static final Pattern WITHOUT_PTI = Pattern.compile("\\b(nopti|pti=off|mitigations=off)\\b");

    /**
     * Copies the list.
     *
     * @param list not null
     */
    public Confounders {
        list = List.copyOf(list);
    }

    /**
     * One of them.
     *
     * @param name  words, such as {@code page-table isolation}
     * @param state what the host tells of it; {@code not told} if it does not
     * @param means what that does to the figures; empty if nothing
     */
    public record Confounder(String name, String state, String means) {
        /** The line that {@code host} prints. */
        @Override
        public String toString() {
            return name + ": " + state + (means.isEmpty() ? "" : " (" + means + ")");
        }
    }

    /**
     * Reads this host. Any thread.
     *
     * @param host this host
     * @return what it tells
     */
    public static Confounders read(HostTopology host) {
        return read(Path.of("/"), host, kernelLog());
    }

    /**
     * Reads a host from files below a directory.
     *
     * @param root the directory that holds the host's {@code proc} and {@code sys}
     * @param host the same host
     * @param log  the kernel's log; empty if it is not told
     * @return what they tell
     */
    public static Confounders read(Path root, HostTopology host, String log) {
        HostFiles files = new HostFiles(root);
        Set<String> flags = flags(files);
        String commandLine = files.text("proc/cmdline").orElse("");
        List<Confounder> list = new ArrayList<>();
        list.add(new Confounder("kernel", host.kernel(), kernelMeans(host.kernel(), flags)));
        hypervisor(host, log, list);
        x86(flags, list);
        mitigations(files, commandLine, list);
        scheduling(files, host, commandLine, list);
        memory(files, list);
        return new Confounders(list);
    }

    private static void hypervisor(HostTopology host, String log, List<Confounder> list) {
        String name = first(HYPERVISOR, log).orElse(host.virtualised() ? "yes, its name is not told" : OFF);
        list.add(new Confounder("hypervisor", name, name.equals(OFF) ? ""
            : "an interrupt of another CPU may leave the guest, and a CPU that is to be reached may not run"));
        String unsaid = log.contains(FIRST_WORDS) ? OFF : NOT_TOLD;
        Optional<String> flush = first(REMOTE_FLUSH, log);
        list.add(new Confounder(PARAVIRTUAL_FLUSH, flush.orElse(unsaid), flush.isEmpty() ? ""
            : "the hypervisor flushes other CPUs' TLBs when asked by a hypercall: they may get no interrupt, and none is counted"));
        Optional<String> ipis = first(PARAVIRTUAL_IPIS, log);
        list.add(new Confounder("paravirtual interrupts", ipis.orElse(unsaid), ipis.isEmpty() ? ""
            : "one hypercall sends to many CPUs, so the send costs less per target than on bare metal"));
    }

    private static void x86(Set<String> flags, List<Confounder> list) {
        list.add(flag("invlpgb", INVLPGB, flags, "AMD: the CPU broadcasts invalidations of processes that run on more than "
            + "a few CPUs (Linux 6.15 and later), and nobody is interrupted"));
        list.add(flag("pcid", "address-space tags (PCID)", flags, "a switch of address space flushes nothing, and what a sleeping "
            + "CPU has missed it flushes when it wakes"));
    }

    private static Confounder flag(String flag, String name, Set<String> flags, String means) {
        return new Confounder(name, flags.isEmpty() ? NOT_TOLD : flags.contains(flag) ? "yes" : OFF,
            flags.contains(flag) ? means : "");
    }

    private static void mitigations(HostFiles files, String commandLine, List<Confounder> list) {
        String directory = CPU + "vulnerabilities";
        String meltdown = files.text(directory + "/meltdown").orElse(
            WITHOUT_PTI.matcher(commandLine).find() ? OFF : NOT_TOLD);
        boolean on = meltdown.contains("PTI");
        list.add(new Confounder("page-table isolation (PTI)", on ? "yes" : meltdown.equals(NOT_TOLD) ? NOT_TOLD : OFF, on
            ? "each call and each interrupt changes page tables twice, and each page is flushed from two address spaces" : ""));
        TreeMap<String, String> active = new TreeMap<>();
        for (String name : files.names(directory, ".*")) {
            files.text(directory + "/" + name).filter(state -> state.startsWith("Mitigation"))
                .ifPresent(state -> active.put(name, state.replaceFirst("Mitigation: *", "")));
        }
        list.add(new Confounder("mitigations", active.isEmpty() ? files.text(directory + "/meltdown").isPresent() ? OFF : NOT_TOLD
            : String.join(", ", active.keySet()), active.isEmpty() ? ""
            : "they lengthen each way into the kernel and out of it, that of the targets' interrupts, too"));
    }

    private static void scheduling(HostFiles files, HostTopology host, String commandLine, List<Confounder> list) {
        String tickless = files.text(CPU + "nohz_full").filter(cpus -> !cpus.isEmpty() && !cpus.equals("(null)")).orElse(OFF);
        list.add(new Confounder("nohz_full", tickless, tickless.equals(OFF) ? ""
            : "entries of these CPUs into the kernel are tracked, which makes each call and interrupt there dearer"));
        list.add(new Confounder("isolcpus", host.isolatedCpus().isEmpty() ? OFF : host.isolatedCpus().toString(),
            host.isolatedCpus().isEmpty() ? "" : "nobody else runs on these CPUs, so targets there keep them"));
        idleStates(files, commandLine, list);
        double percent = 100 * host.stealShare();
        list.add(new Confounder("steal", percent == 0 ? "0 %"
            : new BigDecimal(percent).round(new MathContext(2)).toPlainString() + " % since boot", percent == 0 ? ""
            : "a target whose CPU the hypervisor has taken away answers when it gets it back"));
    }

    private static void idleStates(HostFiles files, String commandLine, List<Confounder> list) {
        List<String> states = new ArrayList<>();
        for (String state : files.names(CPU + "cpu0/cpuidle", ".*")) {
            files.text(CPU + "cpu0/cpuidle/" + state + "/name").ifPresent(states::add);
        }
        boolean polls = Arrays.asList(commandLine.split("\\s+")).contains("idle=poll");
        String told = polls ? "none, idle=poll" : !states.isEmpty() ? String.join(", ", states)
            : files.text(CPU + "cpuidle/current_driver").filter(driver -> driver.equals("none")).map(none -> "no driver")
                .orElse(NOT_TOLD);
        list.add(new Confounder("idle states", told, states.isEmpty() || polls ? ""
            : "a CPU that sleeps deeply takes long to answer, if it is woken at all"));
    }

    private static void memory(HostFiles files, List<Confounder> list) {
        String huge = files.text("sys/kernel/mm/transparent_hugepage/enabled").flatMap(modes -> first(
            Pattern.compile("\\[(\\w+)\\]"), modes)).orElse(NOT_TOLD);
        list.add(new Confounder("transparent huge pages", huge, huge.equals("always")
            ? "the measured memory asks for none, and has none" : ""));
        List<String> swaps = files.text("proc/swaps").map(text -> text.lines().skip(1)
            .map(line -> line.strip().split("\\s+")[0]).filter(name -> !name.isEmpty()).toList()).orElse(List.of());
        list.add(new Confounder("swap", swaps.isEmpty() ? OFF : String.join(", ", swaps), swaps.isEmpty()
            ? "pageout cannot be measured" : ""));
    }

    /** What of the kernel's version changes these operations. */
    static String kernelMeans(String kernel, Set<String> flags) {
        Matcher release = RELEASE.matcher(kernel);
        if (!release.find() || flags.isEmpty()) {
            return "";
        }
        int version = version(release);
        List<String> means = new ArrayList<>();
        boolean x86 = flags.contains("fpu") || flags.contains("tsc");
        means.add("pageout of clean pages flushes " + (version < 6009 ? "once a list" : "once for 31 pages")
            + (version >= 6016 ? ", of shared ones once a page" : ""));
        if (x86 && version >= 6014) {
            means.add("a CPU leaves an address space's mask late, so a sleeping target may be interrupted");
        }
        if (!x86 && version >= 6019) {
            means.add("a write fault that only adds a right is flushed on its own CPU");
        }
        return String.join("; ", means);
    }

    private static int version(Matcher release) {
        return 1000 * Integer.parseInt(release.group(1)) + Integer.parseInt(release.group(2));
    }

    /** Whether the kernel may have the CPU broadcast: one that has the flag is not asked to by older kernels. */
    private boolean maybeBroadcasts() {
        Matcher release = RELEASE.matcher(get("kernel").state());
        return get(INVLPGB).state().equals("yes") && release.find() && version(release) >= BROADCASTS_SINCE;
    }

    /**
     * Why shootdowns are not counted on this host, though it has the rows for that.
     *
     * @return a line that says which of these is known, or that none is
     */
    public String whyUncounted() {
        if (maybeBroadcasts()) {
            return "not counted: the CPU broadcasts invalidations (INVLPGB) and interrupts nobody; compare with others processes";
        }
        String rows = "rows TLB and CAL of /proc/interrupts do not rise";
        if (isToldOfFlush()) {
            return "not counted: paravirtual flush (" + get(PARAVIRTUAL_FLUSH).state() + "), " + rows;
        }
        return get("hypervisor").state().equals(OFF) ? "not counted: " + rows + ", and why is not known"
            : "not counted: " + rows + ", as where the hypervisor flushes (paravirtual flush)";
    }

    /**
     * What on this host may leave out some of the interrupts, though they are counted.
     *
     * @return words that go on a sentence; empty if nothing is known
     */
    public String whyTooFew() {
        if (maybeBroadcasts()) {
            return "the CPU broadcast the invalidations (INVLPGB), as for a process that runs on more than a few CPUs";
        }
        return isToldOfFlush() ? "the hypervisor flushed for a CPU that did not run (" + get(PARAVIRTUAL_FLUSH).state() + ")" : "";
    }

    private boolean isToldOfFlush() {
        String state = get(PARAVIRTUAL_FLUSH).state();
        return !state.equals(OFF) && !state.equals(NOT_TOLD);
    }

    /**
     * One of them.
     *
     * @param name its name
     * @return the one
     * @throws IllegalArgumentException if there is none of this name
     */
    public Confounder get(String name) {
        return list.stream().filter(one -> one.name().equals(name)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no confounder is called " + name));
    }

    /** The kernel's ring buffer; empty where only root may read it, or it cannot be called. */
    private static String kernelLog() {
        CpuPinning.mask(); // sees to JNA's library
        int size = Libc.klogctl(Libc.SYSLOG_ACTION_SIZE_BUFFER, new byte[0], 0);
        if (size <= 0) {
            return "";
        }
        byte[] text = new byte[size];
        int length = Libc.klogctl(Libc.SYSLOG_ACTION_READ_ALL, text, size);
        return length <= 0 ? "" : new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** The first CPU's flags (x86) or features (arm64); empty if they are not told. */
    private static Set<String> flags(HostFiles files) {
        return Stream.of("flags", "Features").flatMap(key -> files.values("proc/cpuinfo", key).stream()).findFirst()
            .map(flags -> Set.copyOf(Arrays.asList(flags.split("\\s+")))).orElse(Set.of());
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(matcher.groupCount()).strip()) : Optional.empty();
    }
}
