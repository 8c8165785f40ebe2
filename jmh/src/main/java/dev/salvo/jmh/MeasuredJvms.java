package dev.salvo.jmh;

import dev.salvo.engine.host.UnsuitableHostException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.ProfilersFailedException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** Runs JMH with forks that are ours, whatever this JVM was started with, and says why where one of them fails. */
public final class MeasuredJvms {
    private MeasuredJvms() {
    }

    /**
     * Runs JMH. Meanwhile {@link System#out} and {@link System#err} lead where JMH says what it is doing.
     *
     * @param options what is measured, but for the forks' flags
     * @param output  where JMH says what it is doing
     * @return JMH's results
     * @throws ForkFailedException if a measured JVM failed or could not be started
     * @throws RunnerException     if JMH refused to begin
     */
    static Collection<RunResult> run(ChainedOptionsBuilder options, OutputFormat output) throws RunnerException {
        options.jvmArgsPrepend(ForkFlags.forThisJvm().toArray(String[]::new))
            .jvmArgs(ForkFlags.handedOn().toArray(String[]::new));
        Listener listener = new Listener(output);
        PrintStream log = new PrintStream(listener.asStream(), true, StandardCharsets.UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        try { // what a fork prints, JMH prints for it
            System.setOut(log);
            System.setErr(log);
            return begin(options, listener);
        } catch (ProfilersFailedException failure) { // async-profiler's library, which nobody chose
            throw new ForkFailedException(FirstCause.of(List.of(), failure), failure);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /**
     * Runs JMH with flags that the options name already.
     *
     * @param options what is measured
     * @param output  where JMH says what it is doing
     * @return JMH's results
     * @throws ForkFailedException if a measured JVM failed or could not be started. Where the options do not say that
     *                             this is an error, JMH has gone on with the others, and written their results
     * @throws RunnerException     if JMH refused to begin
     */
    public static Collection<RunResult> begin(ChainedOptionsBuilder options, OutputFormat output) throws RunnerException {
        return begin(options, new Listener(output));
    }

    private static Collection<RunResult> begin(ChainedOptionsBuilder options, Listener listener) throws RunnerException {
        if (!ProductJar.isAsItWas()) {
            throw new ForkFailedException(new FirstCause(ProductJar.REPLACED, FirstCause.Reach.ANY), null);
        }
        try {
            TemporaryFolder.requireRoom();
        } catch (UnsuitableHostException full) { // since the last point
            throw new ForkFailedException(full);
        }
        if (OwnEnvironment.isNeeded()) {
            options.addProfiler(OwnEnvironment.class);
        }
        try {
            Collection<RunResult> results = new Runner(options.build(), listener).run();
            if (listener.hasHeardFailure()) {
                RunnerException failure = new RunnerException("a benchmark failed");
                throw new ForkFailedException(FirstCause.of(listener.heard(), failure), failure);
            }
            return results;
        } catch (NoBenchmarksException | ProfilersFailedException unusable) {
            throw unusable; // what was asked for, and no JVM was started
        } catch (RunnerException failure) {
            throw new ForkFailedException(FirstCause.of(listener.heard(), failure), failure);
        } catch (RuntimeException failure) { // JMH's, where it cannot read its own lists in the jar
            throw new ForkFailedException(FirstCause.of(listener.heard(), failure), failure);
        }
    }

    /**
     * Whatever is said, by JMH or, through it, by the forks. Their output comes from threads of JMH's own, in pieces.
     */
    private static final class Listener extends ForwardingOutputFormat {
        private static final int MOST_LINES = 2_000;

        private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
        private final List<String> lines = new ArrayList<>();
        private boolean hasHeardFailure;

        Listener(OutputFormat output) {
            super(output);
        }

        synchronized List<String> heard() {
            endLine();
            return List.copyOf(lines);
        }

        synchronized boolean hasHeardFailure() {
            return hasHeardFailure;
        }

        OutputStream asStream() {
            return new OutputStream() {
                @Override
                public void write(int octet) {
                    Listener.this.write(octet);
                }

                @Override
                public void write(byte[] octets, int from, int count) throws IOException {
                    Listener.this.write(Arrays.copyOfRange(octets, from, from + count));
                }
            };
        }

        @Override
        public void print(String text) {
            hear(text.getBytes(StandardCharsets.UTF_8));
            super.print(text);
        }

        @Override
        public void println(String text) {
            hear((text + '\n').getBytes(StandardCharsets.UTF_8));
            super.println(text);
        }

        @Override
        public void write(int octet) {
            hear(new byte[] {(byte) octet});
            super.write(octet);
        }

        @Override
        public void write(byte[] octets) throws IOException {
            hear(octets);
            super.write(octets);
        }

        private synchronized void hear(byte[] octets) {
            for (byte octet : octets) {
                if (octet == '\n') {
                    endLine();
                } else {
                    piece.write(octet);
                }
            }
        }

        /** What comes first is what is looked for: of one who talks without end, the rest is let go. */
        private void endLine() {
            String line = piece.toString(StandardCharsets.UTF_8);
            piece.reset();
            if (line.startsWith("# Fork: ") && !hasHeardFailure) {
                lines.clear(); // those before have done their work
            }
            boolean isEndOfFork = line.startsWith("<forked VM failed");
            if (lines.size() < MOST_LINES || isEndOfFork) {
                lines.add(line);
            }
            hasHeardFailure |= isEndOfFork || line.endsWith("<failure>");
        }
    }
}
