package dev.salvo.engine.host;

import dev.salvo.engine.message.Wording;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The files of a host below a root. One that is absent is no error, since containers hide many. One that cannot be read
 * or understood is none either, where something can be assumed in its stead: it counts as absent, and is remembered for
 * {@link #oddities()}.
 *
 * <p>The kernel's texts and names are bytes without an encoding. Here each byte is a character of the same number, in
 * contents and in paths, whatever the locale: so a control group's name leads to its directory under any of them.
 */
public final class HostFiles {
    private static final int LONGEST_QUOTE = 60;

    private final Path root;
    private final String rootUri;
    private final Map<String, List<String>> oddities = new LinkedHashMap<>(); // complaint and paths, by what is alike
    private final Set<String> sentences = new LinkedHashSet<>();

    /**
     * Those below a directory.
     *
     * @param root what holds {@code proc} and {@code sys}
     */
    public HostFiles(Path root) {
        this.root = root;
        String uri = root.toUri().toString();
        rootUri = uri.endsWith("/") ? uri : uri + '/';
    }

    Path root() {
        return root;
    }

    /**
     * A file's text without surrounding white space.
     *
     * @param path below the root
     * @return the text; empty if there is no such file, or it cannot be read
     */
    public Optional<String> text(String path) {
        return content(path).map(String::strip);
    }

    /** The file's lines as they are, without their ends; none if there is no such file. */
    List<String> lines(String path) {
        return content(path).filter(text -> !text.isEmpty())
            .map(text -> Arrays.asList(text.split("\n"))).orElse(List.of()); // not at \r, which a name may hold
    }

    private Optional<String> content(String path) {
        try {
            // A NUL is no part of any of these texts; Linux 5.15-rc1 ended its lists of CPUs with one.
            return Optional.of(new String(Files.readAllBytes(file(path)), StandardCharsets.ISO_8859_1)
                .replace("\0", ""));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            unreadable(path, e);
            return Optional.empty();
        }
    }

    /**
     * The values of all lines {@code key : value} of a file such as {@code /proc/self/status}.
     *
     * @param path below the root
     * @param key  without white space around it
     * @return the values, in order; none if there is no such file
     */
    public List<String> values(String path, String key) {
        List<String> values = new ArrayList<>();
        for (String line : lines(path)) {
            int colon = line.indexOf(':');
            if (colon >= 0 && line.substring(0, colon).strip().equals(key)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    /** What the first line {@code key : value} says; empty if there is none, or it is not understood or names no CPU. */
    Optional<CpuSet> value(String path, String key, Function<String, CpuSet> parser) {
        return values(path, key).stream().findFirst().flatMap(value -> parse(path, value, parser))
            .filter(cpus -> !cpus.isEmpty());
    }

    /** The file's list of CPUs; empty if there is no such file or it names none. */
    Optional<CpuSet> cpus(String path) {
        return text(path).flatMap(list -> parse(path, list, CpuSet::parse)).filter(cpus -> !cpus.isEmpty());
    }

    /** The same, where there is no list from the mask that kernels before 2.6.26 have in its place. */
    Optional<CpuSet> cpus(String listPath, String maskPath) {
        return cpus(listPath).or(() -> text(maskPath).flatMap(mask -> parse(maskPath, mask, CpuSet::parseMask))
            .filter(cpus -> !cpus.isEmpty()));
    }

    /** What a text says; empty if it is not understood. */
    <T> Optional<T> parse(String path, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            malformed(path, text);
            return Optional.empty();
        }
    }

    /** The file's switch, 0 or 1; empty if there is no such file. */
    Optional<Boolean> flag(String path) {
        return text(path).flatMap(text -> parse(path, text, word -> switch (word) {
            case "0" -> false;
            case "1" -> true;
            default -> throw new IllegalArgumentException();
        }));
    }

    boolean exists(String path) {
        return Files.exists(file(path));
    }

    /**
     * The names in a directory that match a regular expression.
     *
     * @param directory below the root
     * @param regex     the whole name
     * @return the names, in order; none if there is no such directory
     */
    public List<String> names(String directory, String regex) {
        return entries(directory).stream().map(name -> name.replace("/", "")).filter(name -> name.matches(regex))
            .toList();
    }

    /** The names of the directories in a directory, in order. */
    List<String> directories(String directory) {
        return entries(directory).stream().filter(name -> name.endsWith("/")).map(name -> name.replace("/", ""))
            .toList();
    }

    private List<String> entries(String directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(file(directory))) {
            entries.forEach(entry -> names.add(name(entry)));
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException e) {
            unreadable(directory, e);
        } catch (DirectoryIteratorException e) {
            unreadable(directory, e.getCause());
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** Remembers that a file holds what is not understood, and is left out of account. */
    void malformed(String path, String content) {
        String quote = content.replaceAll("[^ -~]", "?");
        odd(path, "holds '" + (quote.length() > LONGEST_QUOTE ? quote.substring(0, LONGEST_QUOTE) + "…" : quote)
            + "', which is not understood");
    }

    private void unreadable(String path, IOException e) {
        odd(path, "cannot be read (" + Wording.reason(e) + ")");
    }

    private void odd(String path, String complaint) {
        // A machine of 128 CPUs has a file 128 times: one line for them all.
        List<String> alike = oddities.computeIfAbsent(path.replaceAll("(cpu|node)[0-9]+", "$1*") + complaint,
            first -> new ArrayList<>(List.of(complaint)));
        if (!alike.subList(1, alike.size()).contains(path)) {
            alike.add(path);
        }
    }

    /** Remembers something else of the host that is odd: one sentence. */
    void odd(String sentence) {
        sentences.add(sentence);
    }

    /** What could not be read or understood so far, one sentence each. */
    List<String> oddities() {
        List<String> all = new ArrayList<>(sentences);
        oddities.values().stream().map(alike -> "The host's /" + alike.get(1).replaceAll("[^ -~]", "?")
            + (alike.size() > 2 ? " (and " + (alike.size() - 2) + " more like it)" : "") + " " + alike.get(0)
            + "; what it would tell is left out of account.")
            .forEach(all::add);
        return all;
    }

    /** The file whose path has these bytes. A path made of text would be encoded as the locale says, or not at all. */
    private Path file(String path) {
        StringBuilder uri = new StringBuilder(rootUri);
        for (char b : path.toCharArray()) {
            if (b < 0x80 && (Character.isLetterOrDigit(b) || "/-._".indexOf(b) >= 0)) {
                uri.append(b);
            } else {
                uri.append('%').append(HexFormat.of().toHexDigits((byte) b));
            }
        }
        return Path.of(URI.create(uri.toString()));
    }

    /** The bytes of a file's name, and a slash after that of a directory. */
    private static String name(Path file) {
        String uri = file.toUri().getRawPath();
        String name = uri.substring(uri.lastIndexOf('/', uri.length() - 2) + 1);
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '%') {
                bytes.append((char) HexFormat.fromHexDigits(name, i + 1, i + 3));
                i += 2;
            } else {
                bytes.append(name.charAt(i));
            }
        }
        return bytes.toString();
    }
}
