package dev.salvo.jmh.cli;

import dev.salvo.jmh.ForwardingOutputFormat;
import dev.salvo.jmh.TerminalBar;
import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Where JMH says what it is doing: all of it goes to a log; what a person sees is a bar that moves with every
 * iteration, with the time left, or where nobody is looking a line per point.
 */
final class SweepProgress extends ForwardingOutputFormat implements AutoCloseable {
    private final PrintStream person;
    private final ProgressBar bar;

    /**
     * Begins.
     *
     * @param logged     where JMH's own words go
     * @param iterations how many there will be in all
     * @param name       what is going on
     */
    SweepProgress(PrintStream logged, long iterations, String name) {
        super(OutputFormatFactory.createFormatInstance(logged, VerboseMode.NORMAL));
        person = System.err;
        bar = Terminal.err() ? TerminalBar.of(name, iterations).build() : null;
    }

    /** Says what is being measured now. */
    void now(String point) {
        if (bar != null) {
            bar.setExtraMessage(point);
        }
    }

    /** Says what has been measured. */
    void done(String line) {
        if (bar == null) {
            person.println(line);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        super.close();
    }

    @Override
    public void iterationResult(BenchmarkParams benchmark, IterationParams params, int iteration,
                                IterationResult result) {
        super.iterationResult(benchmark, params, iteration, result);
        if (bar != null) {
            bar.step();
        }
    }
}
