package dev.salvo.jmh.cli;

import dev.salvo.results.BadRunException;
import dev.salvo.results.RunFolder;
import java.nio.file.Path;
import java.util.List;

/** A run folder that a command was given to read. */
final class GivenRun {
    private static final int MOST_NAMED = 5;

    private GivenRun() {
    }

    /**
     * Opens it, and says which files among its points are left out because they do not have a point's name.
     *
     * @param folder the run's folder
     * @return the run
     * @throws BadRunException if it is no folder of a run
     */
    static RunFolder open(Path folder) {
        RunFolder run = RunFolder.open(folder);
        List<Path> strangers = run.strangers();
        strangers.stream().limit(MOST_NAMED).forEach(file -> System.err.println("salvo: " + file
            + ": does not have a point's name and is left out"));
        if (strangers.size() > MOST_NAMED) {
            System.err.println("salvo: " + folder + ": so are " + (strangers.size() - MOST_NAMED) + " more");
        }
        return run;
    }
}
