package dev.salvo.jmh.cli;

import dev.salvo.jmh.HostDescription;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The command as the user has typed it, for whoever looks at what it made. */
final class AsTyped {
    private AsTyped() {
    }

    /** The words behind the product's name, those of the command itself among them. */
    static List<String> words(CommandSpec command) {
        return command.root().commandLine().getParseResult().originalArgs();
    }

    /** The whole line. */
    static String line(CommandSpec command) {
        return HostDescription.commandLine(words(command));
    }
}
