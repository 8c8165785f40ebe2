package dev.salvo.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes JSON. What is read may be damaged or hostile: bounded in size and depth, one line on failure. */
final class Json {
    /** Ours are tens of kilobytes. */
    static final int MOST_BYTES = 16 << 20;
    private static final int DEEPEST = 50;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // JMH has written a bare NaN for an error of one sample
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build())
        .build();

    private Json() {
    }

    /**
     * The bytes of a file.
     *
     * @throws BadRunException unless it is a regular, readable file of at most {@link #MOST_BYTES}
     */
    static byte[] bytes(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BadRunException(file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1); // a size asked for beforehand may lie
            if (bytes.length > MOST_BYTES) {
                throw new BadRunException(file + " is too long; accepted: at most " + (MOST_BYTES >> 20) + " MiB");
            }
            return bytes;
        } catch (IOException e) {
            throw new BadRunException(file + " cannot be read: " + Reason.of(e), e);
        }
    }

    /**
     * A document.
     *
     * @param bytes the whole of it
     * @param name  what to call it when it is refused
     * @throws BadRunException if it is empty, cut short, not JSON, nested too deep, or if something follows it
     */
    static JsonNode tree(byte[] bytes, Object name) {
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw new BadRunException(name + " is empty; accepted: a JSON document");
            }
            JsonNode tree = parser.readValueAsTree();
            mustEnd(parser, name);
            return tree;
        } catch (JacksonException e) {
            throw notJson(name, e);
        }
    }

    /** Refuses whatever follows a document that has been read: another one, which would be lost, or other text. */
    static void mustEnd(JsonParser parser, Object name) {
        boolean more;
        try {
            more = parser.nextToken() != null;
        } catch (JacksonException noToken) {
            throw behind(name, "text stands", noToken.getLocation(), noToken);
        }
        if (more) {
            throw behind(name, "a second document begins", parser.currentTokenLocation(), null);
        }
    }

    private static BadRunException behind(Object name, String what, TokenStreamLocation at, JacksonException cause) {
        return new BadRunException(name + where(at) + " is not JSON: " + what + " behind the end of the document; accepted: "
            + "one document", cause);
    }

    /** What is wrong with a document, and where. */
    static BadRunException notJson(Object name, JacksonException e) {
        if (e.getCause() instanceof IOException unread) {
            return new BadRunException(name + " cannot be read: " + Reason.of(unread), e);
        }
        if (e.getOriginalMessage().startsWith("Unexpected end-of-input")) { // not always of the type of that name
            return new BadRunException(name + where(e.getLocation()) + " is not JSON: it is cut short; accepted: a whole "
                + "document", e);
        }
        return new BadRunException(name + where(e.getLocation()) + " is not JSON: " + e.getOriginalMessage(), e);
    }

    /** There is no place if the bytes are not even text. */
    private static String where(TokenStreamLocation at) {
        return at == null || at.getLineNr() < 1 ? "" : " line " + at.getLineNr() + " column " + at.getColumnNr();
    }

    /** A document for people and programs alike: two blanks of indent, a line feed at the end. */
    static String pretty(JsonNode tree) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + '\n';
    }
}
