package dev.salvo.results;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * A file of results of any JMH run, as {@code -rf json} writes it, as it is or compressed by gzip; the array may stand in
 * an object of whoever published it. A result that cannot be compared does not take the others with it.
 *
 * <p>It is read result by result, since JMH writes out the whole histograms of mode sample.
 *
 * @param results what can be compared, at least one, none like another in its words
 * @param leftOut the others
 */
record PlainJmhFile(List<PlainJmh> results, List<LeftOut> leftOut) {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_BEGINNING = 40;
    private static final long MOST_BYTES = 512 << 20;
    private static final int GZIP_MAGIC = 0x8b1f;
    /** How what other programs have packed begins, its bytes as ISO 8859-1, and what unpacks it. */
    private static final Map<String, String> PACKED = Map.of("\u00fd7zXZ", "xz -dc", "(\u00b5/\u00fd", "zstd -dc",
        "BZh", "bzip2 -dc", "\u0004\"M\u0018", "lz4 -dc", "PK\u0003\u0004", "unzip -p", "\u001f\u008b", "gzip -dc");
    private static final String ACCEPTED = "; accepted: an array of results, as JMH's -rf json writes it";

    /**
     * A result that cannot be compared.
     *
     * @param words what it is of; empty if it does not say so
     * @param line  names it and says what is wrong with it
     */
    record LeftOut(Map<String, String> words, String line) {
    }

    /** A file that is being read. */
    private static final class Reading {
        private final String name;
        private final Statistic statistic;
        private final Map<Map<String, String>, PlainJmh> results = new LinkedHashMap<>();
        private final Map<Map<String, String>, Integer> numbers = new LinkedHashMap<>();
        /** By the number of the result. */
        private final Map<Integer, LeftOut> leftOut = new TreeMap<>();
        private int number;

        Reading(String name, Statistic statistic) {
            this.name = name;
            this.statistic = statistic;
        }

        void add(JsonNode element) {
            number++;
            Map<String, String> words = Map.of();
            PlainJmh result;
            try {
                words = PlainJmh.words(element);
                result = PlainJmh.of(words, element, statistic);
            } catch (BadRunException unusable) {
                leaveOut(number, words, unusable.getMessage());
                return;
            }
            Integer first = numbers.putIfAbsent(words, number);
            if (first == null) {
                results.put(words, result);
            } else if (!result.equals(results.get(words))) { // nobody can say which of the two counts
                results.remove(words);
                leaveOut(first, words, twice(words, number));
                leaveOut(number, words, twice(words, first));
            }
        }

        private void leaveOut(int left, Map<String, String> words, String why) {
            leftOut.put(left, new LeftOut(words, name + ", result " + left + ", " + why));
        }

        private static String twice(Map<String, String> words, int other) {
            return PlainJmh.name(words) + ": result " + other + " is of the same benchmark, mode, unit, threads and "
                + "parameters; accepted: one of each";
        }

        PlainJmhFile all() {
            if (number == 0) {
                throw new BadRunException(name + " is no JMH result file: it holds no result" + ACCEPTED);
            }
            if (results.isEmpty()) {
                String first = leftOut.values().iterator().next().line();
                throw new BadRunException(number == 1 ? first : "of " + number + " results none can be compared: " + first);
            }
            return new PlainJmhFile(List.copyOf(results.values()), List.copyOf(leftOut.values()));
        }
    }

    /**
     * Reads a file.
     *
     * @param file      what JMH wrote
     * @param statistic what a fork's iterations are going to be made into
     * @return its results
     * @throws BadRunException if it is no such file, or if none of its results can be compared
     */
    static PlainJmhFile read(Path file, Statistic statistic) {
        String name = Text.shortened(Text.oneLine(file.toString(), Integer.MAX_VALUE), LONGEST_NAME);
        if (!Files.exists(file) || Files.isDirectory(file)) {
            throw new BadRunException(name + (Files.exists(file) ? " is a folder" : " does not exist") + ACCEPTED);
        }
        Reading reading = new Reading(name, statistic);
        try (InputStream in = opened(file, name)) {
            in.mark(LONGEST_BEGINNING); // a pipe is not read again to say what it is, if it is no JSON
            byte[] beginning = in.readNBytes(LONGEST_BEGINNING);
            in.reset();
            read(in, beginning, name, reading);
        } catch (JacksonException e) {
            throw Json.notJson(name, e);
        } catch (IOException e) {
            throw new BadRunException(name + " cannot be read: " + Reason.of(e), e);
        }
        return reading.all();
    }

    private static void read(InputStream in, byte[] beginning, String name, Reading reading) {
        try (JsonParser parser = Json.MAPPER.createParser(in)) {
            JsonToken first = first(parser, beginning, name);
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    reading.add(parser.readValueAsTree());
                }
            } else {
                JsonNode tree = parser.readValueAsTree();
                unwrapped(tree, name).forEach(reading::add);
            }
            Json.mustEnd(parser, name);
        }
    }

    /** Its text, unpacked if it is gzipped; the first bytes can be marked. */
    private static InputStream opened(Path file, String name) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw tooLong(name);
        }
        BufferedInputStream in = new BufferedInputStream(new Source(file, name));
        try {
            in.mark(2);
            int magic = in.read() | in.read() << Byte.SIZE;
            in.reset();
            return magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(in)) : in;
        } catch (IOException unreadable) {
            in.close();
            throw unreadable;
        }
    }

    private static BadRunException tooLong(String name) {
        return new BadRunException(name + " is too long; accepted: at most " + (MOST_BYTES >> 20) + " MiB");
    }

    /** The bytes of a file of any kind: how many a pipe or a device has shows when they are read. */
    private static final class Source extends FilterInputStream {
        private final String name;
        private long left = MOST_BYTES;

        Source(Path file, String name) throws IOException {
            super(Files.newInputStream(file));
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            return counted(super.read(), 1);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            return counted(count, count);
        }

        private int counted(int read, int bytes) {
            left -= read < 0 ? 0 : bytes;
            if (left < 0) {
                throw tooLong(name);
            }
            return read;
        }

        /**
         * Always something: GZIPInputStream asks it whether another member may follow, and takes a pipe whose writer is
         * late for the end of the data.
         */
        @Override
        public int available() {
            return 1;
        }
    }

    /** What is no JSON from its first letter on, such as JMH's own other formats, is named by its beginning. */
    private static JsonToken first(JsonParser parser, byte[] beginning, String name) {
        JsonToken first;
        try {
            first = parser.nextToken();
        } catch (JacksonException e) {
            throw new BadRunException(begins(beginning, name), e);
        }
        if (first == null) {
            throw new BadRunException(name + " is empty" + ACCEPTED);
        }
        if (!first.isStructStart()) {
            throw new BadRunException(begins(beginning, name));
        }
        return first;
    }

    private static String begins(byte[] beginning, String name) {
        String bytes = new String(beginning, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> packed : PACKED.entrySet()) {
            if (bytes.startsWith(packed.getKey())) {
                return name + " is packed" + ACCEPTED + ", or that gzipped: unpack it with " + packed.getValue();
            }
        }
        String line = Text.oneLine(new String(beginning, StandardCharsets.UTF_8), LONGEST_BEGINNING);
        return name + " is not JSON: it begins with " + (line.isEmpty() ? "no text" : Text.quoted(line)) + ACCEPTED;
    }

    private static Iterable<JsonNode> unwrapped(JsonNode tree, String name) {
        if (PlainJmh.looksLikeOne(tree)) {
            return List.of(tree);
        }
        Map<String, JsonNode> arrays = new LinkedHashMap<>();
        find(tree, "", arrays);
        if (arrays.size() != 1) {
            throw new BadRunException(name + (arrays.isEmpty() ? " is no JMH result file"
                : " holds several arrays of results, " + String.join(", ", arrays.keySet())) + ACCEPTED);
        }
        return arrays.values().iterator().next();
    }

    private static void find(JsonNode tree, String path, Map<String, JsonNode> arrays) {
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            JsonNode value = entry.getValue();
            if (value.isArray() && value.valueStream().anyMatch(PlainJmh::looksLikeOne)) {
                arrays.put(path + entry.getKey(), value);
            } else {
                find(value, path + entry.getKey() + '.', arrays);
            }
        }
    }
}
