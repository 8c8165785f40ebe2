package dev.salvo.jmh;

import dev.salvo.engine.host.Cpu;
import dev.salvo.engine.host.HostTopology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is written beside every run: without it, its figures mean nothing a month later. */
public final class HostDescription {
    private static final Path KERNELS_NAME = Path.of("/proc/sys/kernel/hostname"); // what uname(2) calls nodename
    private static final String NAMELESS = "host";

    private HostDescription() {
    }

    /**
     * Describes this host and this run.
     *
     * @param host        the host
     * @param arguments   the command line behind the program's name
     * @param start       when the run starts
     * @param distortions what will distort its figures
     * @return a tree of maps, lists, texts and numbers
     */
    public static Map<String, Object> of(HostTopology host, List<String> arguments, Instant start,
                                         List<String> distortions) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("hostname", name());
        description.put("start", start.toString());
        description.put("command", commandLine(arguments));
        description.put("arguments", List.copyOf(arguments));
        description.put("salvo", version());
        description.put("cpuModel", host.model());
        description.put("architecture", System.getProperty("os.arch"));
        description.put("kernel", host.kernel());
        description.put("virtualised", host.virtualised());
        description.put("onlineCpus", host.onlineCpus().size());
        description.put("usableCpus", host.usableCpus());
        description.put("quotaCpus", Double.isInfinite(host.quotaCpus()) ? null : host.quotaCpus());
        description.put("smt", host.smtActive());
        description.put("stealShare", host.stealShare());
        description.put("cpus", host.cpus().stream().map(cpu -> cpu(host, cpu)).toList());
        description.put("cpuKinds", host.kinds().stream()
            .map(kind -> Map.of("name", kind.name(), "cpus", kind.cpus().toString())).toList());
        description.put("jdk", Runtime.version().toString());
        description.put("vm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        description.put("forkFlags", ForkFlags.forThisJvm());
        description.put("distortions", distortions);
        return description;
    }

    private static Map<String, Object> cpu(HostTopology host, Cpu cpu) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", cpu.id());
        description.put("socket", cpu.socket());
        description.put("die", cpu.die());
        description.put("cluster", cpu.cluster());
        description.put("core", cpu.core());
        description.put("smt", cpu.smt());
        description.put("node", cpu.node());
        description.put("kind", host.kindOf(cpu));
        return description;
    }

    /** This build's version. */
    static String version() {
        String version = HostDescription.class.getPackage().getImplementationVersion();
        return version == null ? "not built into a jar" : version;
    }

    /**
     * A command line, as a description tells it.
     *
     * @param arguments what stands behind the program's name
     * @return one line, if no argument has several
     */
    public static String commandLine(List<String> arguments) {
        return "salvo " + String.join(" ", arguments);
    }

    /**
     * What this host is called, and what runs on it: for those who look at what was recorded there.
     *
     * @return a line of text
     */
    public static String nameAndJdk() {
        return name() + ", JDK " + Runtime.version().feature();
    }

    /**
     * What this host is called, by its kernel: nobody else is asked, for a name that no resolver knows is a name all the
     * same.
     *
     * @return a line of text
     */
    public static String name() {
        return name(KERNELS_NAME);
    }

    /** The name in a file, which may hold any bytes; "host" if it holds none, or cannot be read. */
    static String name(Path file) {
        try {
            String name = new String(Files.readAllBytes(file), StandardCharsets.UTF_8) // malformed is replaced
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
            return name.isEmpty() ? NAMELESS : name;
        } catch (IOException untold) { // as where /proc is hidden: the run needs a name all the same
            return NAMELESS;
        }
    }
}
