package dev.salvo.jmh.cli;

import dev.salvo.jmh.AsyncProfilerLibrary;
import dev.salvo.jmh.ForkFlags;
import dev.salvo.jmh.MachineProfiler;
import dev.salvo.jmh.MeasuredJvms;
import dev.salvo.results.Reason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.ProfilersFailedException;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.UnCloseablePrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code salvo jmh …}: JMH's own command line.
 *
 * <p>Its arguments are JMH's. Added to them are what every run of these benchmarks needs: the forks' flags (unless
 * {@code -jvmArgsPrepend} is given), the machine's counts as secondary results, and for {@code -prof async} where its
 * library is (unless {@code libPath} is given).
 */
@Command(
    name = "jmh",
    description = {
        "Runs JMH itself: all arguments are JMH's own (salvo jmh -h lists them). Added are the flags that the forks need, "
            + "the machine's counts as secondary results, and for -prof async the library, which comes with this jar.",
        "",
        "  salvo jmh PageOut -p cores=8 -p strategy=sync -f 1 -wi 1 -i 3",
        "  salvo jmh PageOut -p cores=8 -p strategy=sync -f 1 -prof async:output=flamegraph",
        ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:done",
        "1:a benchmark failed; the others were run all the same, unless -foe says otherwise; or another run is "
            + "measuring",
        "2:an argument cannot be used, or nothing can be measured on this host: one line says why"
    })
final class JmhCommand implements Callable<Integer> {
    private static final String ASYNC = "async";

    @Parameters(paramLabel = "ARGUMENTS", arity = "0..*", description = "JMH's.")
    private String[] arguments = {};

    /** Made by picocli. */
    JmhCommand() {
    }

    @Override
    public Integer call() {
        return run(arguments);
    }

    /** Runs JMH. Returns the exit code: JMH's own is 0 also where every benchmark failed. */
    static int run(String[] arguments) {
        try {
            CommandLineOptions given = new CommandLineOptions(withLibrary(arguments));
            if (given.shouldHelp() || given.shouldList() || given.shouldListWithParams() || given.shouldListProfilers()
                || given.shouldListResultFormats()) {
                Main.main(arguments);
                return 0;
            }
            if (Measuring.mustWait(0)) {
                return 1;
            }
            ChainedOptionsBuilder options = new OptionsBuilder().parent(given).addProfiler(MachineProfiler.class);
            List<String> chosen = new ArrayList<>(given.getJvmArgs().orElse(List.of()));
            chosen.addAll(given.getJvmArgsAppend().orElse(List.of()));
            if (!given.getJvmArgsPrepend().hasValue()) {
                options.jvmArgsPrepend(ForkFlags.beside(chosen).toArray(String[]::new));
            }
            if (!given.getJvmArgs().hasValue()) {
                options.jvmArgs(ForkFlags.handedOn().toArray(String[]::new));
                Measuring.sayWhatIsNotHandedOn();
            }
            MeasuredJvms.begin(options, output(given));
            return 0;
        } catch (CommandLineOptionException | NoBenchmarksException unusable) {
            throw new BadInput("jmh: " + (unusable instanceof NoBenchmarksException
                ? "no benchmark matches; salvo jmh -l lists them" : unusable.getMessage()), unusable);
        } catch (ProfilersFailedException unusable) {
            throw new BadInput("jmh: " + unusable.getMessage().strip(), unusable);
        } catch (RunnerException failure) {
            System.err.println("salvo: jmh: " + failure.getMessage());
            return Sweep.exitCode(failure);
        } catch (IOException failure) { // of -o, which JMH names
            throw new BadInput("jmh: " + Reason.of(failure), failure);
        }
    }

    /** As JMH makes it, which tells nobody else what it says there. */
    private static OutputFormat output(CommandLineOptions given) throws IOException {
        PrintStream stream = given.getOutput().hasValue() ? new PrintStream(given.getOutput().get(), StandardCharsets.UTF_8)
            : new UnCloseablePrintStream(System.out, Terminal.charset());
        return OutputFormatFactory.createFormatInstance(stream, given.verbosity().orElse(Defaults.VERBOSITY));
    }

    private static String[] withLibrary(String[] arguments) {
        String[] changed = arguments.clone();
        for (int i = 1; i < changed.length; i++) {
            boolean asyncProfiler = changed[i].equals(ASYNC) || changed[i].startsWith(ASYNC + ":");
            if (changed[i - 1].equals("-prof") && asyncProfiler && !changed[i].contains("libPath=")) {
                changed[i] += (changed[i].equals(ASYNC) ? ":" : ";") + "libPath=" + AsyncProfilerLibrary.find();
            }
        }
        return changed;
    }
}
