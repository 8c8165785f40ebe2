package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages of the clone, of all modules: README stays one page, links lead somewhere, and nothing is out of reach. */
class PagesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path README = ROOT.resolve("README.md");
    private static final long MOST_BYTES = 9000;

    /** {@code [text](target)}, {@code src="target"}; what stands in code is taken out before. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|\\b(?:src|href)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```");

    @Test
    void readmeIsOnePage() throws IOException {
        assertTrue(Files.size(README) < MOST_BYTES, "README.md has " + Files.size(README) + " bytes: a command gets a line "
            + "there, and what is to be said of it a page in its module");
    }

    @Test
    void everyRelativeLinkLeadsToSomething() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : links(page)) {
                Path target = target(page, link);
                int fragment = link.indexOf('#');
                if (!target.startsWith(ROOT) || !Files.exists(target)) {
                    broken.add(ROOT.relativize(page) + ": " + link);
                } else if (fragment >= 0 && isPage(target) && !anchors(target).contains(link.substring(fragment + 1))) {
                    broken.add(ROOT.relativize(page) + ": " + link + ": no such heading");
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    /** A page that nobody finds is lost; a link to a folder is one to its README. */
    @Test
    void everyPageIsReachedFromReadme() throws IOException {
        Set<Path> reached = new HashSet<>(Set.of(README));
        Deque<Path> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            Path page = next.remove();
            for (String link : links(page)) {
                Path target = target(page, link);
                Path linked = Files.isDirectory(target) ? target.resolve("README.md") : target;
                if (isPage(linked) && reached.add(linked)) {
                    next.add(linked);
                }
            }
        }
        Set<Path> lost = new TreeSet<>(pages());
        lost.removeAll(reached);
        assertEquals(Set.of(), lost);
    }

    /** Those of the clone, not of what was built or lies hidden. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean ours = folder.equals(ROOT) || !name.startsWith(".") && !name.equals("target");
                return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isPage(file)) {
                    pages.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return pages;
    }

    private static boolean isPage(Path file) {
        return file.toString().endsWith(".md") && Files.isRegularFile(file);
    }

    private static List<String> links(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("").replaceAll("`[^`\n]*`(?!\\])", "");
        List<String> links = new ArrayList<>();
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            String to = link.group(1) != null ? link.group(1) : link.group(2);
            if (!to.matches("[a-z][a-z0-9+.-]*:.*")) {
                links.add(to);
            }
        }
        return links;
    }

    private static Path target(Path page, String link) {
        String file = URLDecoder.decode(link.replaceFirst("#.*", "").replace("+", "%2B"), StandardCharsets.UTF_8);
        return file.isEmpty() ? page : page.resolveSibling(file).normalize();
    }

    /** As GitHub makes them of headings, but for two that are alike. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        Matcher heading = HEADING.matcher(FENCED.matcher(Files.readString(page)).replaceAll(""));
        while (heading.find()) {
            anchors.add(heading.group(1).toLowerCase(Locale.ROOT).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
        }
        return anchors;
    }
}
