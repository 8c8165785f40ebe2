package dev.salvo.jmh.cli;

import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.host.Cpu;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.Distortions;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.jmh.TemporaryFolder;
import dev.salvo.syscalls.Confounders;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo host}: what this host is, where cores would be put on it, and what will distort a measurement. */
@Command(
    name = "host",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Prints this host's topology, the placement that would be used, and what will distort a measurement here: also "
            + "what others use of its CPUs at this moment, in containers that cannot be seen from here, too. Tries to pin "
            + "a thread, to start as many as there are cores, to write to the temporary folder and to reach the loopback "
            + "address, without which nothing can be measured. At the end stands what bears on real system calls (salvo kernel): "
            + "hypervisor, mitigations, idle states and the like.",
        "",
        "  salvo host --cores 64 --placement scatter",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:so many cores can be measured here, however distorted",
        "2:they cannot, and it says why; or an option cannot be used: one line says why"
    })
final class HostCommand implements Callable<Integer> {
    @Option(names = "--cores", paramLabel = "N", description = "Simulated cores to place. Default: one per usable CPU.")
    private Integer cores;

    @Option(names = "--placement", paramLabel = "P", defaultValue = "compact",
        description = "compact, scatter, physical, performance or efficiency. Default: ${DEFAULT-VALUE}.")
    private PlacementPolicy policy;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    HostCommand() {
    }

    @Override
    public Integer call() {
        HostTopology host = HostTopology.read();
        int count = cores == null ? Math.min(host.usableCpus(), MachineSpec.MAX_CORES) : cores;
        if (count < 1 || count > MachineSpec.MAX_CORES) {
            throw new BadInput("--cores " + count + ": must be 1.." + MachineSpec.MAX_CORES);
        }
        PrintWriter out = command.commandLine().getOut();
        out.println(host.describe());
        out.println();
        boolean hybrid = host.kinds().size() > 1;
        out.println("  CPU  socket  die  cluster  core  smt  node" + (hybrid ? "  kind" : ""));
        for (Cpu cpu : host.cpus()) {
            out.printf(Locale.ROOT, "%5d %7d %4d %8d %5d %4d %5d%s%n", cpu.id(), cpu.socket(), cpu.die(), cpu.cluster(),
                cpu.core(), cpu.smt(), cpu.node(), hybrid ? String.format(Locale.ROOT, " %5d", host.kindOf(cpu)) : "");
        }
        if (hybrid) {
            out.println();
            for (int kind = 0; kind < host.kinds().size(); kind++) {
                out.println("kind " + kind + ": CPUs " + host.kinds().get(kind));
            }
        }
        Placement placement = Placement.of(host, policy, count);
        out.println();
        out.println("placement: " + placement.describe());
        out.print("  core -> CPU:");
        for (int core = 0; core < count; core++) {
            out.print((core % 16 == 0 && core > 0 ? "\n              " : " ") + core + "->" + placement.cpuOf(core));
        }
        out.println();
        out.println("  left to the JVM: " + (placement.spareCpus().isEmpty() ? "none" : placement.spareCpus()));
        List<String> refusals = refusals(count);
        if (!refusals.isEmpty()) {
            out.println();
            out.println("Nothing can be measured here so:");
            refusals.forEach(line -> out.println("  - " + line));
        }
        List<String> distortions = new ArrayList<>(Distortions.of(host, placement));
        distortions.addAll(Distortions.now(host));
        out.println();
        out.println(distortions.isEmpty() ? "Nothing was found that would distort a measurement here."
            : "What will distort a measurement here:");
        distortions.forEach(line -> out.println("  - " + line));
        out.println();
        out.println("What bears on real system calls here (salvo kernel):");
        Confounders.read(host).list().forEach(each -> out.println("  - " + each));
        out.flush();
        return refusals.isEmpty() ? 0 : CommandLine.ExitCode.USAGE;
    }

    /** Why whatever measures so many cores would end at once. */
    private static List<String> refusals(int cores) {
        List<String> refusals = new ArrayList<>();
        for (Runnable needed : List.<Runnable>of(CpuPinning::requirePossible, () -> Measuring.requireThreads(cores),
            TemporaryFolder::requireRoom, Measuring::requireLoopback)) {
            try {
                needed.run();
            } catch (UnsuitableHostException unsuitable) {
                refusals.add(unsuitable.getMessage());
            }
        }
        return refusals;
    }
}
