package dev.salvo.jmh.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code salvo help …}: what {@code --help} of a command says; picocli's own knows none but those of the first word. */
@Command(name = "help", helpCommand = true, mixinStandardHelpOptions = true,
    description = "Says what COMMAND --help says.")
final class HelpCommand implements Runnable {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "A command, and one of its own.")
    private List<String> words = List.of();

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    HelpCommand() {
    }

    @Override
    public void run() {
        List<String> unknown = command.commandLine().getParseResult().unmatched(); // which picocli lets help pass
        if (!unknown.isEmpty()) {
            throw new UnmatchedArgumentException(command.commandLine(), unknown);
        }
        CommandLine asked = command.parent().commandLine();
        for (String word : words) {
            CommandLine next = asked.getSubcommands().get(word);
            if (next == null) {
                throw asked.getSubcommands().isEmpty() ? new ParameterException(asked, Misunderstood.tooMany(asked, word))
                    : new ParameterException(asked, "", null, word);
            }
            asked = next;
        }
        asked.usage(asked.getOut());
    }
}
