package dev.salvo.peers;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.jmh.PeersPlan;
import dev.salvo.jmh.TerminalBar;
import dev.salvo.results.BadRunException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;

/**
 * The JVM that {@code salvo peers} starts: measures what it is told to, and leaves the figures in a file.
 */
public final class Peers {
    private Peers() {
    }

    /**
     * Measures, and exits: with 0 if all was delivered, 1 if not, 2 if this is no plan or no host for it.
     *
     * @param arguments one: a {@link PeersPlan}
     */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // the bar's
        System.exit(run(arguments));
    }

    /** Does what {@link #main} does, but returns. */
    static int run(String... arguments) {
        PeersPlan plan;
        try {
            if (arguments.length != 1) {
                throw new IllegalArgumentException(arguments.length
                    + " arguments; accepted is one, which salvo peers gives");
            }
            plan = PeersPlan.of(arguments[0]);
        } catch (IllegalArgumentException noPlan) {
            System.err.println("salvo: peers: " + noPlan.getMessage());
            return 2;
        }
        try {
            measure(plan);
            return 0;
        } catch (RuntimeException | OutOfMemoryError failure) {
            Optional<UnsuitableHostException> unsuitable = UnsuitableHostException.behind(failure);
            if (unsuitable.isEmpty() && !(failure instanceof UndeliveredException || failure instanceof BadRunException)) {
                throw failure;
            }
            System.err.println("salvo: peers: " + unsuitable.map(Throwable::getMessage).orElse(failure.getMessage()));
            return unsuitable.isPresent() ? 2 : 1;
        }
    }

    private static void measure(PeersPlan plan) {
        CpuPinning.requirePossible(); // before a peer calls the C library, too
        if (!plan.progress()) {
            Comparison.of(plan, turn -> { }).write(Path.of(plan.result()));
            return;
        }
        long turns = (plan.rounds() + 1) * plan.cores().stream().mapToLong(plan::turns).sum();
        try (ProgressBar bar = TerminalBar.of("peers", turns).build()) {
            Consumer<String> step = turn -> {
                bar.setExtraMessage(turn);
                bar.step();
            };
            Comparison.of(plan, step).write(Path.of(plan.result()));
        }
    }
}
