package dev.salvo.jmh.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a person starts the product, but with the temporary folder of this build: another's JMH is not to stop a test. */
final class Launch {
    private Launch() {
    }

    /** The words of a command line: the JVM, its flags, of which the last one counts, and the product's arguments. */
    static List<String> command(List<String> jvmFlags, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir")));
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Salvo.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
