package dev.salvo.jmh.cli;

import dev.salvo.engine.host.BadHostException;
import dev.salvo.results.BadRunException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line: {@code java -jar salvo.jar COMMAND}. */
@Command(
    name = "salvo",
    mixinStandardHelpOptions = true,
    versionProvider = Salvo.Version.class,
    description = {
        "Measures what TLB shootdowns cost as cores are added, in wall-clock time, on any host: every simulated core is a "
            + "pinned thread with a TLB of its own, a TLBI is a message that all of them must consume, a DSB waits until "
            + "they have.",
        ""
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "Commands:%n",
    footer = {"", "Begin with: salvo host, then salvo curve --quick. salvo COMMAND --help teaches each."},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:the check failed", "2:bad input"},
    subcommands = {
        CurveCommand.class, ReportCommand.class, MergeCommand.class, CompareCommand.class, FlameCommand.class,
        TimelineCommand.class, TortureCommand.class, PeersCommand.class, TlbCommand.class, HostCommand.class,
        ProfilesCommand.class, JmhCommand.class, CommandLine.HelpCommand.class
    })
public final class Salvo implements Runnable {
    /** Why nothing is measured now. */
    static final String ANOTHER_RUN =
        "salvo: another JMH run is measuring on this host, and the two would disturb each other; wait until it has ended";

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    Salvo() {
    }

    /** Without a command: says which there are. */
    @Override
    public void run() {
        command.commandLine().usage(command.commandLine().getOut());
    }

    /**
     * Runs a command and exits with its code.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, Terminal.charset()));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, Terminal.charset()));
        System.exit(execute(args));
    }

    /** Runs a command. Returns its exit code. */
    static int execute(String... args) {
        CommandLine salvo = new CommandLine(new Salvo())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(110)
            .setColorScheme(CommandLine.Help.defaultColorScheme(
                Terminal.out() && Terminal.wantsColour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
            .setOut(new PrintWriter(System.out, true))
            .setErr(new PrintWriter(System.err, true))
            .setParameterExceptionHandler((failure, arguments) -> {
                refuse(failure.getMessage());
                return CommandLine.ExitCode.USAGE;
            })
            .setExecutionExceptionHandler((failure, line, parsed) -> {
                if (failure instanceof BadInput || failure instanceof BadRunException
                        || failure instanceof BadHostException) {
                    refuse(failure.getMessage());
                    return CommandLine.ExitCode.USAGE;
                }
                throw failure;
            });
        salvo.getSubcommands().get("peers").getCommandSpec().usageMessage().footer(PeersCommand.footer());
        if (args.length > 0 && args[0].equals("jmh")) {
            // JMH's arguments look like options: they must not be taken for ours.
            try {
                return JmhCommand.run(Arrays.copyOfRange(args, 1, args.length));
            } catch (BadInput | BadHostException failure) {
                refuse(failure.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
        }
        return salvo.execute(args);
    }

    private static void refuse(String line) {
        String said = "salvo: " + line.lines().findFirst().orElse(line);
        System.err.println(Terminal.err() && Terminal.wantsColour() ? "\u001b[31m" + said + "\u001b[0m" : said);
    }

    /** The version, from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Salvo.class.getPackage().getImplementationVersion();
            return new String[] {"salvo " + (version == null ? "(not built into a jar)" : version)};
        }
    }
}
