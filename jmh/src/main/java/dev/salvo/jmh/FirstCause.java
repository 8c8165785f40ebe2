package dev.salvo.jmh;

import dev.salvo.engine.host.MemoryLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a measured JVM has failed, from what it, its JVM and JMH have said: of all that follows from it, what came first.
 *
 * @param line  a line for a person: what is wrong, and what to do about it
 * @param reach what else fails for the same cause
 */
public record FirstCause(String line, Reach reach) {
    /** Which other points fail for the same cause. */
    public enum Reach {
        /** No other: something went wrong in this measurement. */
        POINT,
        /** Those with as many cores or more: the host does not give what so many need. */
        LARGER,
        /** All: on this host, as it is now, nothing can be measured. */
        ANY
    }

    /** The heap is touched from the start. A fork came to 340 MiB (VmHWM, 2 and 100 cores, JDK 17); the rest is a margin. */
    private static final int NEEDED_MIB = 400;

    private static final int SIGNALLED = 128;
    private static final int ABORTED = 134;
    private static final int KILLED = 137;
    private static final int FAULTED = 139;
    private static final String VM_FAILED = "Error occurred during initialization of VM";

    private static final Pattern EXIT_CODE = Pattern.compile("<forked VM failed with exit code (\\d+)>");
    private static final Pattern EXCEPTION =
        Pattern.compile("(?:Exception in thread \".*\" |Caused by: )?((?:\\w+\\.)+\\w*(?:Exception|Error)\\w*)(?:: (.*))?");
    private static final Pattern CRASH = Pattern.compile("#  (SIG\\w+ \\(0x\\w+\\)|Internal Error .*|Out of Memory Error .*)"
        + "(?: at .*)?");
    private static final Pattern CRASH_REPORT = Pattern.compile("# (/.*hs_err\\S*)");

    /** A thing that is said in a line, and what it means. */
    private record Rule(Pattern said, Reach reach, Function<MatchResult, String> meaning) {
        Rule(String said, Reach reach, Function<MatchResult, String> meaning) {
            this(Pattern.compile(said), reach, meaning);
        }
    }

    /** The first line that one of these knows is the first cause: what follows it, a stack or a crash, is of it. */
    private static final List<Rule> RULES = List.of(
        // What the engine says of a host has been written for a person already.
        new Rule("dev\\.salvo\\.engine\\.host\\.\\w+Exception: (.+)", Reach.ANY, said -> said.group(1)),
        new Rule("OutOfMemoryError: unable to create native thread|pthread_create failed|error=11, ", Reach.LARGER,
            said -> "a measured JVM was refused a thread; it has one a core and about 20 besides: raise the limit of processes "
                + "(ulimit -u, a container's pids.max), or measure fewer cores"),
        new Rule("Could not reserve enough space for (\\S+) object heap|Could not (?:reserve|allocate) .*", Reach.ANY,
            said -> "a measured JVM finds no room for its memory (" + said.group().strip() + "): raise the limit of address "
                + "space (ulimit -v) or of memory; it needs about " + NEEDED_MIB + " MiB, and addresses for much more"),
        new Rule("OutOfMemoryError: (Java heap space|GC overhead limit exceeded)", Reach.LARGER,
            said -> "a measured JVM's heap is used up (" + said.group(1) + "); each core, mapping and page takes some of it: "
                + "measure fewer cores or mappings, or a shorter list"),
        new Rule("os::commit_memory|insufficient memory for the Java Runtime|error=12, ", Reach.LARGER,
            said -> "a measured JVM was refused memory; it needs about " + NEEDED_MIB + " MiB"
                + memoryHere() + ": raise the limit, or end what else is using it"),
        new Rule("Cannot run program \"([^\"]+)\".*?(?:error=\\d+, (.*))?$", Reach.ANY,
            said -> said.group(1) + ": a measured JVM cannot be started by it"
                + (said.group(2) == null ? "" : " (" + said.group(2) + ")") + "; is the JDK still where it was?"),
        new Rule("UnsatisfiedLinkError: (.*)", Reach.ANY,
            said -> "a native library does not load (" + said.group(1) + "); it is unpacked to java.io.tmpdir unless "
                + "-Djna.tmpdir names a folder that allows executables"),
        new Rule("Could not find or load main class|NoClassDefFoundError: (?!Could not initialize)|ClassNotFoundException|"
            + "java\\.util\\.zip\\.ZipException|zip END header|Invalid or corrupt jarfile|ERROR: While opening resource",
            Reach.ANY, said -> ProductJar.isAsItWas() ? "a measured JVM does not find its code: " + said.group() : ProductJar.REPLACED),
        new Rule("IOException: (No space left on device|Read-only file system|Disk quota exceeded|File too large)", Reach.ANY,
            said -> TemporaryFolder.refusal(said.group(1))),
        new Rule("^(?:Unrecognized (?:VM )?option|Improperly specified VM option|Invalid \\w+ heap size|VM option ').*", Reach.ANY,
            said -> "a measured JVM does not start: " + said.group()),
        new Rule("RunnerException: ERROR: (.+?)(?:, exiting\\..*)?$", Reach.ANY, said -> "JMH does not begin: " + said.group(1)),
        new Rule("RunnerException: Can not touch the result file: (.+)", Reach.ANY,
            said -> said.group(1) + ": JMH's results cannot be written there; accepted is a file in a folder that exists"),
        new Rule("^(?:ERROR: |Error: )(?!Could not create the Java Virtual Machine|A fatal exception|Error: )(.+)", Reach.ANY,
            said -> "a measured JVM does not start: " + said.group(1)));

    /**
     * Finds it.
     *
     * @param heard what was said until it had failed, line by line
     * @param thrown what JMH threw
     * @return the first cause; what JMH says itself if there is no other
     */
    static FirstCause of(List<String> heard, Throwable thrown) {
        List<String> lines = new ArrayList<>(heard);
        all(thrown).forEach(each -> lines.add(each.toString()));
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean initialization = line.equals(VM_FAILED) && i + 1 < lines.size();
            for (Rule rule : RULES) {
                Matcher said = rule.said().matcher(initialization ? lines.get(i + 1) : line);
                if (said.find()) {
                    return new FirstCause(rule.meaning().apply(said) + report(lines), rule.reach());
                }
            }
            if (initialization) {
                return new FirstCause("a measured JVM does not start: " + lines.get(i + 1).strip(), Reach.ANY);
            }
        }
        return new FirstCause(unknown(lines, thrown), exitCode(lines).map(FirstCause::reach).orElse(Reach.POINT));
    }

    /** Of a failure that no rule knows: a crash, an exception, a signal, an exit code, or what JMH says. */
    private static String unknown(List<String> lines, Throwable thrown) {
        Optional<String> crash = lines.stream().map(CRASH::matcher).filter(Matcher::matches)
            .map(said -> "a measured JVM crashed: " + said.group(1)).findFirst();
        Optional<String> exception = lines.stream().map(EXCEPTION::matcher).filter(Matcher::matches)
            .filter(said -> said.group(2) != null && !said.group(1).startsWith("org.openjdk.jmh."))
            .map(said -> said.group(2)).filter(said -> !said.startsWith("Forked VM failed")).findFirst();
        return crash.or(() -> exception).or(() -> exitCode(lines).map(FirstCause::ended))
            .orElseGet(() -> String.valueOf(thrown.getMessage()).lines().findFirst().orElse(thrown.toString())) + report(lines);
    }

    /**
     * Why a measured JVM has ended that has said itself what there was to say, but for how it was ended.
     *
     * @param code its exit code
     * @return the cause; empty if no signal ended it that this process has not been sent, too
     */
    public static Optional<FirstCause> ofExitCode(int code) {
        return code == KILLED || code == ABORTED || code == FAULTED ? Optional.of(new FirstCause(ended(code), reach(code)))
            : Optional.empty();
    }

    /** Memory is what others would lack, too, if it is what the kernel kills for. */
    private static Reach reach(int code) {
        return code == KILLED ? Reach.LARGER : Reach.POINT;
    }

    private static String ended(int code) {
        if (code == KILLED) {
            return "a measured JVM was killed (137), as the kernel does when memory runs out; it needs about " + NEEDED_MIB
                + " MiB beside this one's 150" + memoryHere() + ": raise the limit";
        }
        return code > SIGNALLED ? "a measured JVM was ended by signal " + (code - SIGNALLED)
            : "a measured JVM ended with " + code + " and did not say why";
    }

    private static Optional<Integer> exitCode(List<String> lines) {
        return lines.stream().map(EXIT_CODE::matcher).filter(Matcher::matches)
            .map(said -> Integer.parseInt(said.group(1))).findFirst();
    }

    /** Where the JVM has left more about its end, if it has. */
    private static String report(List<String> lines) {
        return lines.stream().map(CRASH_REPORT::matcher).filter(Matcher::matches)
            .map(said -> "; the JVM left " + said.group(1)).findFirst().orElse("");
    }

    private static List<Throwable> all(Throwable thrown) {
        List<Throwable> all = new ArrayList<>();
        for (Throwable each = thrown; each != null && !all.contains(each); each = each.getCause()) {
            all.add(each);
            for (Throwable suppressed : each.getSuppressed()) { // where JMH puts its cause
                all.addAll(all(suppressed));
            }
        }
        return all;
    }

    /** What this process may use at most: the container's limit, or the host's memory. */
    private static String memoryHere() {
        OptionalLong mebibytes = MemoryLimit.mebibytes();
        return mebibytes.isPresent() ? ", and here are " + mebibytes.getAsLong() + " in all" : "";
    }
}
