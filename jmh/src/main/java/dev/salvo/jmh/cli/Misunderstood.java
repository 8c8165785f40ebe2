package dev.salvo.jmh.cli;

import dev.salvo.engine.message.Wording;
import dev.salvo.point.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a line which word of a command line was not understood, and which would have been. */
final class Misunderstood {
    private static final int LONGEST = 200;
    private static final Set<Class<?>> WHOLE_NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class);

    private Misunderstood() {
    }

    /** The line, without an end: the word, what is wrong with it, what is accepted. */
    static String line(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        ArgSpec argument = failure.getArgSpec();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unknown(command, unmatched.getUnmatched().get(0));
        }
        if (failure instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
            return missing(command, missing.getMissing().get(0));
        }
        if (failure instanceof OverwrittenOptionException twice) {
            return name(twice.getOverwritten()) + ": is there twice; accepted is once";
        }
        if (argument != null && failure.getValue() != null && failure.getCause() != null) {
            return unusable(argument, failure.getValue(), failure.getCause());
        }
        return argument == null && failure.getValue() != null && !command.getSubcommands().isEmpty()
            ? noCommand(command, failure.getValue()) : failure.getMessage();
    }

    /**
     * Looks for lists that end in a comma: picocli refuses nothing between two values, but not behind the last.
     *
     * @throws BadInput if there is one
     */
    static void checkLists(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            for (String list : option.originalStringValues()) {
                if (option.splitRegex().equals(",") && list.endsWith(",")) {
                    throw new BadInput(option.longestName() + ' ' + Wording.shown(list, LONGEST) + ": nothing stands behind "
                        + "the last comma; accepted is a list such as A,B");
                }
            }
        }
    }

    private static String unknown(CommandLine command, String word) {
        if (word.isEmpty()) {
            return "'': no word and no name; accepted is what " + qualified(command) + " --help lists";
        }
        if (word.startsWith("-")) {
            return noOption(command, word.split("=", 2)[0]);
        }
        List<String> taken = command.getCommandSpec().positionalParameters().stream().map(ArgSpec::paramLabel).toList();
        return taken.isEmpty() && !command.getSubcommands().isEmpty() ? noCommand(command, word)
            : shown(word) + ": one word too many for " + qualified(command) + "; accepted is "
                + (taken.isEmpty() ? "" : String.join(" ", taken) + " and ") + "what its --help lists";
    }

    /** That a command has no commands of its own. */
    static String tooMany(CommandLine command, String word) {
        return shown(word) + ": one word too many, for " + qualified(command) + " has no commands of its own; "
            + "accepted is what " + qualified(command.getParent()) + " --help lists";
    }

    private static String noCommand(CommandLine command, String word) {
        Collection<String> commands = command.getSubcommands().keySet();
        return shown(word) + ": no such command; " + perhaps(word, commands) + "accepted is "
            + String.join(", ", commands);
    }

    private static String noOption(CommandLine command, String word) {
        List<String> known = new ArrayList<>(command.getCommandSpec().optionsMap().keySet());
        if (command.getParent() == null) {
            known.addAll(command.getSubcommands().keySet());
        }
        String meant = perhaps(word, known);
        if (meant.isEmpty()) { // -cores and cores=8 are no slips of single letters
            meant = perhaps("--" + word.replaceFirst("^-+", ""), known);
        }
        if (meant.isEmpty()) {
            meant = perhaps(word.replaceFirst("^-+", ""), known);
        }
        return shown(word) + ": no such option of " + qualified(command) + "; " + meant + "accepted is what "
            + qualified(command) + " --help lists";
    }

    private static String missing(CommandLine command, ArgSpec argument) {
        return argument instanceof OptionSpec
            ? name(argument) + ": without a value; accepted is " + name(argument) + ' ' + argument.paramLabel()
            : argument.paramLabel() + " is missing; accepted is what " + qualified(command) + " --help lists";
    }

    private static String unusable(ArgSpec argument, String value, Throwable cause) {
        String given = name(argument) + ' ' + shown(value);
        Class<?> type = argument.typeInfo().isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
        if (type == Path.class && value.isEmpty()) {
            return given + ": no name; accepted is that of a file or folder, and . for this one";
        }
        if (type == Path.class) { // nothing else can be wrong with a name
            return name(argument) + ' ' + ForeignLetters.refusal(value);
        }
        if (type.isEnum() && argument.converters().length == 0) {
            List<String> words = Arrays.stream(type.getEnumConstants())
                .map(constant -> Point.word((Enum<?>) constant)).toList();
            return name(argument) + ' ' + noSuchWord(value, words).getMessage();
        }
        if (argument.converters().length == 0 && WHOLE_NUMBERS.contains(type)) {
            return given + (value.matches("[+-]?[0-9]+") ? ": too far from 0" : ": no whole number")
                + "; accepted is a number such as 8";
        }
        if (type == Double.class) {
            return given + ": no number; accepted is a number such as 2.5";
        }
        return name(argument) + ' ' + cause.getMessage();
    }

    /** A question for the word that was perhaps meant, with a blank after it; empty if there is none. */
    static String perhaps(String word, Collection<String> accepted) {
        return Wording.nearest(word, accepted).map(nearest -> "did you mean " + nearest + "? ").orElse("");
    }

    /** For a converter: that a value is none of the words there are. */
    static TypeConversionException noSuchWord(String value, List<String> words) {
        return new TypeConversionException(shown(value) + ": no such word; " + perhaps(value, words) + "accepted is "
            + String.join(", ", words));
    }

    /** A word as a line may begin with it: nothing, and what does not show, in quotes. */
    private static String shown(String value) {
        String shown = Wording.shown(value, LONGEST);
        return shown.isEmpty() ? "''" : shown;
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String qualified(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }
}
