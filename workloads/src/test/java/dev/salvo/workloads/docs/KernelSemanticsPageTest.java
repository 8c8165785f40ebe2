package dev.salvo.workloads.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that says which class does what Linux does: each that it names is there. */
class KernelSemanticsPageTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`");

    @Test
    void whatTheColumnHereNamesExists() throws IOException, ClassNotFoundException {
        Map<String, String> classes = classes();
        List<String> named = new ArrayList<>();
        boolean here = false;
        for (String line : Files.readAllLines(Path.of("docs/kernel-semantics.md"))) {
            here = line.startsWith("|") && (here || line.endsWith("| here |"));
            Matcher name = NAMED.matcher(here ? lastCell(line) : "");
            while (name.find()) {
                assertTrue(classes.containsKey(name.group(1)), "there is no class " + name.group(1));
                Class<?> type = Class.forName(classes.get(name.group(1)), false, getClass().getClassLoader());
                String method = name.group(2);
                assertTrue(method == null
                    || Arrays.stream(type.getDeclaredMethods()).anyMatch(one -> one.getName().equals(method)),
                    "there is no method " + name.group());
                named.add(name.group());
            }
        }
        assertTrue(named.size() > 30, "the page has lost its tables: " + named);
    }

    private static String lastCell(String row) {
        return row.substring(row.lastIndexOf('|', row.length() - 2) + 1);
    }

    /** By simple name. */
    private static Map<String, String> classes() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.map(file -> SOURCES.relativize(file).toString().replace('/', '.'))
                .filter(file -> file.endsWith(".java")).map(file -> file.substring(0, file.length() - ".java".length()))
                .collect(Collectors.toMap(name -> name.substring(name.lastIndexOf('.') + 1), name -> name,
                    (one, other) -> one)); // package-info
        }
    }
}
