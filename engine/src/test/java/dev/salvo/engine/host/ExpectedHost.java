package dev.salvo.engine.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What another program's test suite expects of a machine: of each CPU its physical core and socket, where told, in
 * numbers that mean nothing but which CPUs have the same; and the NUMA nodes that may be its own.
 */
record ExpectedHost(CpuSet cpus, Map<Integer, Integer> cores, Map<Integer, Integer> sockets,
    Map<Integer, Set<Integer>> nodes) {

    // "PU L#3 (P#1)" of lstopo's text; <object type="PU" os_index="1" …> of its XML, whose lines are indented alike
    private static final Pattern OBJECT = Pattern.compile(
        "^( *)(?:<object type=\"(\\w+)\"(?: os_index=\"(\\d+)\")?|(\\w+)(?:\\([^)]*\\))?(?: L#\\d+)?(?: \\(?P#(\\d+))?)");

    static ExpectedHost read(Path file) throws IOException {
        String text = Files.readString(file);
        return text.contains("# CPU,Core,Socket") ? ofLscpu(text) : ofLstopo(text.lines().toList());
    }

    /** The first of lscpu's tables to be parsed, which has a number of its own for each core and socket. */
    private static ExpectedHost ofLscpu(String text) {
        List<String> lines = text.lines().dropWhile(line -> !line.startsWith("# CPU,")).toList();
        List<String> columns = List.of(lines.get(0).substring(2).split(","));
        ExpectedHost host = new ExpectedHost(CpuSet.of(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        List<Integer> cpus = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.isBlank()) {
                break;
            }
            String[] fields = line.split(",", -1);
            if (fields[0].isEmpty()) {
                continue; // so it writes a CPU of a machine whose files tell of none
            }
            int cpu = Integer.parseInt(fields[0]);
            cpus.add(cpu);
            number(fields, columns.indexOf("Core")).ifPresent(core -> host.cores.put(cpu, core));
            number(fields, columns.indexOf("Socket")).ifPresent(socket -> host.sockets.put(cpu, socket));
            number(fields, columns.indexOf("Node")).ifPresent(node -> host.nodes.put(cpu, Set.of(node)));
        }
        return host.of(cpus);
    }

    private static Optional<Integer> number(String[] fields, int column) {
        return column < 0 || !fields[column].matches("\\d+") ? Optional.empty()
            : Optional.of(Integer.parseInt(fields[column]));
    }

    private record Level(int indent, String type, int line, Set<Integer> nodes) {
    }

    /** A tree by indentation. A NUMA node stands before its siblings, whose CPUs are its own. */
    private static ExpectedHost ofLstopo(List<String> lines) {
        ExpectedHost host = new ExpectedHost(CpuSet.of(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        List<Integer> cpus = new ArrayList<>();
        Deque<Level> above = new ArrayDeque<>();
        for (int i = 0; i < lines.size() && !lines.get(i).startsWith("depth "); i++) {
            Matcher object = OBJECT.matcher(lines.get(i));
            if (!object.find() || lines.get(i).strip().startsWith("</")) {
                continue;
            }
            int indent = object.group(1).length();
            String type = object.group(2) != null ? object.group(2) : object.group(4);
            String index = object.group(3) != null ? object.group(3) : object.group(5);
            while (!above.isEmpty() && above.peek().indent() >= indent) {
                above.pop();
            }
            if (type.equals("NUMANode") && !above.isEmpty()) {
                // below a MemCache it belongs to what is above that
                above.stream().filter(level -> !level.type().equals("MemCache")).findFirst()
                    .ifPresent(level -> level.nodes().add(Integer.parseInt(index)));
            } else if (type.equals("PU")) {
                int cpu = Integer.parseInt(index);
                cpus.add(cpu);
                above.stream().filter(level -> level.type().equals("Core")).findFirst()
                    .ifPresent(core -> host.cores.put(cpu, core.line()));
                above.stream().filter(level -> level.type().equals("Package")).findFirst()
                    .ifPresent(socket -> host.sockets.put(cpu, socket.line()));
                above.stream().filter(level -> !level.nodes().isEmpty()).findFirst()
                    .ifPresent(level -> host.nodes.put(cpu, level.nodes()));
            }
            above.push(new Level(indent, type, i, new HashSet<>()));
        }
        return host.of(cpus);
    }

    private ExpectedHost of(List<Integer> found) {
        return new ExpectedHost(CpuSet.of(found.stream().mapToInt(cpu -> cpu).toArray()), cores, sockets, nodes);
    }
}
