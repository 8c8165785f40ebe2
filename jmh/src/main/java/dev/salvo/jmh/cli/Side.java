package dev.salvo.jmh.cli;

import dev.salvo.jmh.ForkFlags;
import dev.salvo.jmh.ProductJar;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of two sides that are measured in turns.
 *
 * @param letter  a or b
 * @param options what its curve is asked
 * @param jar     what measures it; null for what runs now
 * @param java    the program that runs that; null for the one that runs now
 */
record Side(char letter, List<String> options, Path jar, Path java) {
    /** What it is, for a person: one line. */
    String words() {
        return (options.isEmpty() ? "curve as it is" : String.join(" ", options)) + (jar == null ? "" : ", jar " + jar)
            + (java == null ? "" : ", java " + java);
    }

    /** The name of the option that says what it measures. */
    String option() {
        return "--" + letter;
    }

    /** Whether all that measures it is what runs now. */
    boolean isOurs() {
        return jar == null && java == null;
    }

    /** The command line that runs its curve. */
    List<String> command(List<String> more) {
        List<String> command = new ArrayList<>();
        command.add((java == null ? Path.of(System.getProperty("java.home"), "bin", "java") : java).toString());
        command.addAll(ForkFlags.handedOn());
        if (jar == null && Files.isDirectory(ProductJar.path())) { // of classes, which no manifest opens modules for
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Salvo.class.getName()));
        } else {
            command.addAll(List.of("-jar", (jar == null ? ProductJar.path() : jar).toString()));
        }
        command.add("curve");
        command.addAll(options);
        command.addAll(more);
        return command;
    }
}
