package dev.salvo.engine.clock;

import dev.salvo.engine.message.Wording;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * A piece of a YAML document: keys with what belongs to them, or a text. The document may be hostile, so that only what
 * a profile needs is accepted: no lists, no aliases (by which a few lines stand for gigabytes), no tags, no key twice,
 * nothing deep, one document.
 *
 * @param line    where it begins, from 1
 * @param entries by key, in the file's order; null if this is a text
 * @param text    the text as it is written; empty if there is none, null if there are entries
 * @param plain   whether the text is a number by YAML's rules: it is not quoted
 */
record YamlNode(int line, Map<String, YamlNode> entries, String text, boolean plain) {
    /** costs, hopCluster, ns: with one level to spare. */
    private static final int DEEPEST = 4;

    private static final YAMLMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build())
        .build()).build();

    /** Why a document is refused: where, and in one line. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        Refusal(int line, String message, Throwable cause) {
            super(message, cause);
            this.line = line;
        }

        /** The line, from 1; 0 if nobody knows. */
        int line() {
            return line;
        }
    }

    /**
     * The document's root.
     *
     * @throws Refusal if it is not YAML, or more of YAML than is accepted
     */
    static YamlNode parse(String document) throws Refusal {
        try (YAMLParser parser = (YAMLParser) MAPPER.createParser(document)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new Refusal(0, "empty; accepted: a profile in YAML", null);
            }
            YamlNode root = node(parser, first, 0);
            if (parser.nextToken() != null) {
                throw new Refusal(line(parser), "more than one document; accepted: one", null);
            }
            return root;
        } catch (JacksonException e) {
            if (e.getCause() instanceof MarkedYamlEngineException marked) {
                throw refused(marked);
            }
            TokenStreamLocation at = e.getLocation();
            int line = at == null ? 0 : Math.max(at.getLineNr(), 0);
            throw new Refusal(line, "not YAML: " + why(e.getOriginalMessage()), e);
        } catch (MarkedYamlEngineException e) {
            throw refused(e);
        } catch (YamlEngineException e) {
            throw new Refusal(0, "not YAML: " + why(e.getMessage()), e);
        }
    }

    /** The problem itself and its line, not those of what was being read when it was met. */
    private static Refusal refused(MarkedYamlEngineException e) {
        int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
        String tab = e.getProblem().contains("TAB") ? "; accepted: blanks instead of tabs" : "";
        return new Refusal(line, "not YAML: " + why(e.getProblem()) + tab, e);
    }

    /** What a parser says goes on for lines, with a picture. */
    private static String why(String message) {
        return message == null ? "no reason is known"
            : Wording.shown(message.lines().findFirst().orElse("no reason is known"), 120);
    }

    private static YamlNode node(YAMLParser parser, JsonToken token, int depth) throws Refusal {
        int line = line(parser);
        if (parser.isCurrentAlias()) {
            throw new Refusal(line, "an alias (*) is not accepted; write the value out, or in quotes", null);
        }
        if (parser.getTypeId() != null) {
            throw new Refusal(line, "a tag (!) is not accepted; write the value plainly, or in quotes", null);
        }
        switch (token) {
            case START_ARRAY -> throw new Refusal(line, "a list is not accepted; accepted: keys and values", null);
            case START_OBJECT -> {
                if (depth == DEEPEST) {
                    throw new Refusal(line, "nested too deep; accepted: no more than " + DEEPEST + " levels", null);
                }
                return new YamlNode(line, entries(parser, depth), null, false);
            }
            case VALUE_NULL -> {
                return new YamlNode(line, null, "", false);
            }
            default -> {
                return new YamlNode(line, null, parser.getString(), token.isNumeric());
            }
        }
    }

    private static Map<String, YamlNode> entries(YAMLParser parser, int depth) throws Refusal {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_OBJECT) {
            if (token == null) {
                throw new Refusal(line(parser), "cut short", null);
            }
            String key = parser.currentName();
            int line = line(parser);
            if (entries.put(key, node(parser, parser.nextToken(), depth + 1)) != null) {
                throw new Refusal(line, Wording.quoted(key) + " is there twice; accepted: once", null);
            }
        }
        return entries;
    }

    private static int line(JsonParser parser) {
        return Math.max(parser.currentTokenLocation().getLineNr(), 0);
    }
}
