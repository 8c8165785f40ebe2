package dev.salvo.jmh;

import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * Starts JMH's forks without the environment variables in which JVMs look for more flags. What comes in one of them
 * cannot be contradicted on the command line: two collectors are an error, and the last of them comes after it.
 *
 * <p>A profiler to JMH, since those may say what a fork's command begins with: {@code env -u}, which replaces itself by
 * the JVM.
 */
public final class OwnEnvironment implements ExternalProfiler {
    private static final List<String> READ_BY_JVMS = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");
    private static final String ENV = "env";

    /** Made by JMH. */
    public OwnEnvironment() {
    }

    /**
     * Whether forks need it, and can have it.
     *
     * @return false where none of those variables is set, or there is no {@code env}
     */
    static boolean isNeeded() {
        return !readByJvms(System.getenv()).isEmpty() && canBeHad();
    }

    /**
     * What forks read all the same.
     *
     * @return the names of the variables; empty if none is set, or they can be kept from the forks
     */
    public static Optional<String> cannotBeHad() {
        List<String> set = readByJvms(System.getenv());
        return set.isEmpty() || canBeHad() ? Optional.empty() : Optional.of(String.join(" and ", set));
    }

    /** The variables with flags for JVMs that an environment has. */
    static List<String> readByJvms(Map<String, String> environment) {
        return READ_BY_JVMS.stream().filter(environment::containsKey).toList();
    }

    private static boolean canBeHad() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty()).anyMatch(folder -> new File(folder, ENV).canExecute()); // a Path must be in the letters of the locale
    }

    /**
     * Takes the same variables out of the environment of a process that we start ourselves.
     *
     * @param environment a process builder's
     */
    public static void clear(Map<String, String> environment) {
        environment.keySet().removeAll(READ_BY_JVMS);
    }

    @Override
    public Collection<String> addJVMInvokeOptions(BenchmarkParams params) {
        List<String> command = new ArrayList<>(List.of(ENV));
        READ_BY_JVMS.forEach(variable -> command.addAll(List.of("-u", variable)));
        return command;
    }

    @Override
    public Collection<String> addJVMOptions(BenchmarkParams params) {
        return List.of();
    }

    @Override
    public void beforeTrial(BenchmarkParams benchmark) {
        // nothing
    }

    @Override
    public Collection<? extends Result<?>> afterTrial(BenchmarkResult result, long pid, File stdOut, File stdErr) {
        return List.of();
    }

    @Override
    public boolean allowPrintOut() {
        return true;
    }

    @Override
    public boolean allowPrintErr() {
        return true;
    }

    @Override
    public String getDescription() {
        return "Keeps the environment's flags for JVMs from the forks";
    }
}
