package dev.salvo.jmh.cli;

import dev.salvo.results.BadRunException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What of a run only shows its points, and is made from them again and again: where it fails, no point is lost. */
final class SideProducts {
    /** Those that are not as they should be, and why. What is made again is well again. */
    private final Map<String, String> unwritten = new LinkedHashMap<>();

    /** Made by a sweep. */
    SideProducts() {
    }

    /** Makes one anew. */
    void make(String name, Runnable making) {
        try {
            making.run();
            unwritten.remove(name);
        } catch (BadRunException | LinkageError failure) { // the latter where the jar was replaced
            failed(name, Sweep.rootMessage(failure));
        }
    }

    /** Notes that one could not be made. */
    void failed(String name, String why) {
        unwritten.put(name, why);
    }

    boolean areMade() {
        return unwritten.isEmpty();
    }

    /** Which of them are not, and what helps: a sentence that may be gone on with. */
    String missing(Path run) {
        return "what was measured is stored, but " + String.join(", ", unwritten.keySet())
            + (unwritten.size() == 1 ? " is" : " are") + " not up to date: " + unwritten.values().iterator().next()
            + "; with room, salvo report " + run + " makes the report";
    }
}
