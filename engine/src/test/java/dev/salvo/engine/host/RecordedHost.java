package dev.salvo.engine.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A host's files, unpacked from one text file for a test; {@code hosts/README.md} says how hosts are recorded. */
record RecordedHost(Path root) {
    static final String SMT = "smt-128-cpus";
    static final String GAPS = "cpuset-with-gaps";
    static final String ARM64 = "arm64-128-cpus";
    static final String VM = "vm-2-cpus";
    static final String HYBRID = "hybrid-8-cpus";
    static final String PHONE = "phone-8-cpus";

    private static final Map<String, HostTopology> TOPOLOGIES = new ConcurrentHashMap<>();

    /** A host as recorded, read once for all tests: some have hundreds of files. */
    static HostTopology topology(String name) {
        return TOPOLOGIES.computeIfAbsent(name, first -> {
            try {
                RecordedHost host = unpack(name, Files.createTempDirectory(name));
                HostTopology topology = host.read();
                host.without("");
                return topology;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Unpacks a host as recorded, for a test to change. */
    static RecordedHost unpack(String name, Path root) throws IOException {
        Map<String, StringBuilder> files = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/hosts", name + ".txt"))) {
            if (!line.startsWith("#")) {
                int colon = line.indexOf(':');
                files.computeIfAbsent(line.substring(0, colon), first -> new StringBuilder())
                    .append(line.substring(colon + 1)).append('\n');
            }
        }
        for (Map.Entry<String, StringBuilder> file : files.entrySet()) {
            write(root.resolve(file.getKey()), file.getValue());
        }
        return new RecordedHost(root);
    }

    /** The placements that a host knows: those by kind only where it has several. */
    static List<PlacementPolicy> policies(HostTopology host) {
        return Stream.of(PlacementPolicy.values()).filter(policy -> host.kinds().size() > 1
            || policy != PlacementPolicy.PERFORMANCE && policy != PlacementPolicy.EFFICIENCY).toList();
    }

    HostTopology read() {
        return HostTopology.read(root);
    }

    /** Writes a file, in place of one that is there. */
    RecordedHost with(String path, String text) throws IOException {
        write(root.resolve(path), text + "\n");
        return this;
    }

    /** Removes a file, or a directory and what is in it. */
    RecordedHost without(String path) throws IOException {
        List<Path> doomed;
        try (Stream<Path> files = Files.walk(root.resolve(path))) {
            doomed = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : doomed) {
            Files.delete(file);
        }
        return this;
    }

    private static void write(Path file, CharSequence text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
