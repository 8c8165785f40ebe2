package dev.salvo.jmh.cli;

import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.jmh.ProductJar;
import dev.salvo.point.WholeNumber;
import dev.salvo.results.BadRunException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
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
    exitCodeList = {
        "0:done", "1:the check failed, or not all that was asked for could be made: a line says what",
        "2:bad input, a host on which this cannot be done, or output that cannot be written: one line says why",
        "3:compare --fail-on-regression could not tell"
    },
    subcommands = {
        CurveCommand.class, KernelCommand.class, ReportCommand.class, MergeCommand.class, CompareCommand.class, FlameCommand.class,
        TimelineCommand.class, TortureCommand.class, PeersCommand.class, TlbCommand.class, KernelCountsCommand.class,
        HostCommand.class, ProfilesCommand.class, JmhCommand.class, HelpCommand.class
    })
public final class Salvo implements Runnable {
    /** The exit code for what was asked and cannot be: bad input, a host that does not let it be done. */
    static final int UNUSABLE = 2;
    /** The exit code for a question that what was measured does not answer. */
    static final int UNTOLD = 3;
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
     * Runs a command and exits with its code. What the libraries write (JMH its results, picocli its messages) is the
     * same in every locale, too.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        StandardOutput out = new StandardOutput();
        System.setOut(new PrintStream(out, true, Terminal.charset()));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, Terminal.charset()));
        ProductJar.isAsItWas(); // from now on
        try {
            System.exit(out.exitCode(execute(ForeignLetters.typed(args))));
        } catch (LinkageError broken) { // of what it takes to say why
            if (ProductJar.isAsItWas()) {
                throw broken;
            }
            System.err.println("salvo: " + ProductJar.REPLACED);
            System.exit(UNUSABLE);
        }
    }

    /** The product's words, as they are understood everywhere. */
    static CommandLine commandLine() {
        return new CommandLine(new Salvo())
            .registerConverter(int.class, WholeNumber::ofInt).registerConverter(Integer.class, WholeNumber::ofInt)
            .registerConverter(long.class, WholeNumber::ofLong).registerConverter(Long.class, WholeNumber::ofLong)
            .registerConverter(Path.class, Salvo::path)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(110)
            .setColorScheme(CommandLine.Help.defaultColorScheme(
                Terminal.out() && Terminal.wantsColour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
            .setOut(new PrintWriter(System.out, true, Terminal.charset()))
            .setErr(new PrintWriter(System.err, true, Terminal.charset()));
    }

    /** Runs a command. Returns its exit code. */
    static int execute(String... args) {
        CommandLine salvo = commandLine()
            .setParameterExceptionHandler((failure, arguments) -> {
                refuse(Misunderstood.line(failure));
                return UNUSABLE;
            })
            .setExecutionStrategy(Salvo::executeWhereFilesCanBeNamed)
            .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure));
        salvo.getSubcommands().get("peers").getCommandSpec().usageMessage().footer(PeersCommand.footer());
        try {
            if (args.length > 0 && args[0].equals("jmh")) {
                // JMH's arguments look like options: they must not be taken for ours.
                ForeignLetters.checkFolders();
                return JmhCommand.run(Arrays.copyOfRange(args, 1, args.length));
            }
            return salvo.execute(args);
        } catch (RuntimeException | Error failure) { // picocli hands no Error to its handler
            return failed(failure);
        }
    }

    /** No name at all would be that of the working folder. */
    private static Path path(String name) {
        if (name.isEmpty()) {
            throw new InvalidPathException(name, "no name");
        }
        return Path.of(name);
    }

    /**
     * Says in a line why a command has come to no end, and returns its exit code. Only what is a fault of Salvo's own is
     * worth a stack trace, which then follows.
     */
    private static int failed(Throwable failure) {
        if (failure instanceof LinkageError && !ProductJar.isAsItWas()) { // this JVM reads its classes when it needs them
            refuse(ProductJar.REPLACED);
            return UNUSABLE;
        }
        if (failure instanceof BadInput || failure instanceof BadRunException) {
            refuse(withUmask(failure.getMessage()));
            return UNUSABLE;
        }
        Optional<UnsuitableHostException> unsuitable = UnsuitableHostException.behind(failure);
        if (unsuitable.isPresent()) {
            refuse(withUmask(unsuitable.get().getMessage()));
            return UNUSABLE;
        }
        if (failure instanceof UncheckedIOException refused) {
            refuse(withUmask(String.valueOf(refused.getMessage())));
            return UNUSABLE;
        }
        if (failure instanceof StackOverflowError) {
            refuse("the stack of a thread is too small for this (StackOverflowError); give more (java -Xss8m ...)");
            return UNUSABLE;
        }
        if (!ProductJar.isAsItWas()) { // this JVM, too, reads its classes when it needs them
            refuse(ProductJar.REPLACED);
            return UNUSABLE;
        }
        refuse("a fault of its own, please report it with what follows: " + failure);
        failure.printStackTrace();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String withUmask(String line) {
        return line + Umask.remark(line);
    }

    private static int executeWhereFilesCanBeNamed(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        try {
            parsed.asCommandLineList().forEach(command -> Misunderstood.checkLists(command.getParseResult()));
            ForeignLetters.checkFolders();
        } catch (BadInput failure) { // picocli hands its handler only what a command threw
            return failed(failure);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static void refuse(String line) {
        String said = "salvo: " + ForeignLetters.spelled(line.lines().findFirst().orElse(line), Terminal.charset());
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
