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
 * Where measured JVMs and JMH say what they are doing: all of it goes to a log; what a person sees is a bar that moves with
 * every iteration, or in rounds every second, with the time left, or where nobody is looking a line per point and round.
 */
final class SweepProgress extends ForwardingOutputFormat implements AutoCloseable {
    private final PrintStream person;
    private final ProgressBar bar;

    /**
     * Begins.
     *
     * @param logged where JMH's own words go
     * @param steps  how many iterations and seconds there will be in all
     * @param name   what is going on
     */
    SweepProgress(PrintStream logged, long steps, String name) {
        super(OutputFormatFactory.createFormatInstance(logged, VerboseMode.NORMAL));
        person = System.err;
        bar = Terminal.err() ? TerminalBar.of(name, steps).build() : null;
    }

    /** Says what is being measured now. */
    void now(String point) {
        if (bar != null) {
            bar.setExtraMessage(point);
        }
    }

    /** Says how many seconds of the steps are over. */
    void at(long seconds) {
        if (bar != null) {
            bar.stepTo(Math.min(seconds, bar.getMax()));
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
