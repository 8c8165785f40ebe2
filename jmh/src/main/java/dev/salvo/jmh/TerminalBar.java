package dev.salvo.jmh;

import dev.salvo.engine.host.TerminalWidth;
import java.io.PrintStream;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error, a terminal, that shows how far work has come: one line, however narrow that is. */
public final class TerminalBar {
    private static final int STANDARD_ERROR = 2;
    private static final int USUAL = 80;
    private static final int UPDATE_MILLIS = 500;

    private TerminalBar() {
    }

    /**
     * What makes one.
     *
     * @param name  what is going on
     * @param steps how many there will be in all, or -1 if nobody knows
     * @return the maker of a bar that any thread may step
     */
    public static ProgressBarBuilder of(String name, long steps) {
        return of(name, steps, System.err,
            () -> columns(TerminalWidth.of(STANDARD_ERROR).orElse(0), System.getenv("COLUMNS")));
    }

    /** The same, on something as wide as is told, whenever it is asked. */
    static ProgressBarBuilder of(String name, long steps, PrintStream terminal, IntSupplier columns) {
        return new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new AsWideAsTheTerminal(terminal, columns));
    }

    /** How many columns a line may fill: all but the last, after which some terminals begin another line. */
    static int columns(int terminal, String said) {
        if (terminal > 0) {
            return terminal - 1;
        }
        return said != null && said.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(said) - 1 : USUAL - 1;
    }

    /** Asks each time: a terminal may be resized, and the library's own way of asking starts other programs. */
    private static final class AsWideAsTheTerminal extends ConsoleProgressBarConsumer {
        private final IntSupplier columns;

        AsWideAsTheTerminal(PrintStream terminal, IntSupplier columns) {
            super(terminal);
            this.columns = columns;
        }

        @Override
        public int getMaxRenderedLength() {
            return columns.getAsInt();
        }
    }
}
