package dev.salvo.engine.clock;

import dev.salvo.engine.clock.HardwareProfile.MiscNodeLimits;
import dev.salvo.engine.clock.HardwareProfile.Origin;
import dev.salvo.engine.clock.HardwareProfile.Provenance;
import dev.salvo.engine.clock.HardwareProfile.Quantity;
import dev.salvo.engine.clock.HardwareProfile.Topology;
import dev.salvo.engine.message.Wording;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A profile's text, checked key by key. profiles.md says what is in it. */
final class ProfileFile {
    private static final int LONGEST_TITLE = 120;
    private static final int LONGEST_SOURCE = 2000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
    private static final List<String> ORIGINS = Arrays.stream(Origin.values()).map(Origin::key).toList();

    /** As messages call it. */
    private final String file;

    private ProfileFile(String file) {
        this.file = file;
    }

    /**
     * The profile that a text describes.
     *
     * @param file  what messages call it
     * @param text  all of it
     * @param steps the software's steps: all of these, and no others
     * @throws BadProfileException if it does not
     */
    static HardwareProfile read(String file, String text, Collection<String> steps) {
        ProfileFile reading = new ProfileFile(file);
        try {
            return reading.profile(YamlNode.parse(text), steps);
        } catch (YamlNode.Refusal e) {
            throw new BadProfileException(reading.place(e.line()) + e.getMessage(), e);
        }
    }

    private HardwareProfile profile(YamlNode root, Collection<String> steps) {
        Map<String, YamlNode> top = entries(root, "",
            List.of("name", "title", "cores", "topology", "tlb", "miscNode", "costs", "software"));
        String name = text(top.get("name"), "name", 64);
        if (!NAME.matcher(name).matches()) {
            throw refused(top.get("name"), "name", Wording.quoted(name) + ": must be small letters, digits, and . _ - "
                + "after the first");
        }
        String title = text(top.get("title"), "title", LONGEST_TITLE);
        int cores = whole(top.get("cores"), "cores", 1, HardwareProfile.MAX_CORES);
        Topology topology = topology(top.get("topology"), cores);
        YamlNode tlb = top.get("tlb");
        Map<String, YamlNode> tlbKeys = entries(tlb, "tlb",
            List.of("l1Entries", "l1Ways", "l2Entries", "l2Ways", "origin", "source"));
        return new HardwareProfile(name, title, cores, topology, miscNode(top.get("miscNode")), tlb(tlb, tlbKeys),
            new Provenance(origin(tlbKeys.get("origin"), "tlb.origin"),
                text(tlbKeys.get("source"), "tlb.source", LONGEST_SOURCE)),
            costs(top.get("costs")), software(top.get("software"), steps));
    }

    private Topology topology(YamlNode node, int cores) {
        Map<String, YamlNode> keys = entries(node, "topology", List.of("cluster", "die", "socket"));
        int cluster = whole(keys.get("cluster"), "topology.cluster", 1, HardwareProfile.MAX_CORES);
        int die = whole(keys.get("die"), "topology.die", 1, HardwareProfile.MAX_CORES);
        int socket = whole(keys.get("socket"), "topology.socket", 1, HardwareProfile.MAX_CORES);
        if (die % cluster != 0) {
            throw refused(keys.get("die"), "topology.die", die + ": must be a whole number of clusters of " + cluster);
        }
        if (socket % die != 0) {
            throw refused(keys.get("socket"), "topology.socket", socket + ": must be a whole number of dies of " + die);
        }
        if (cores % cluster != 0) {
            throw refused(keys.get("cluster"), "topology.cluster", cluster + ": " + cores
                + " cores are no whole number of these");
        }
        return new Topology(cluster, die, socket);
    }

    private TlbGeometry tlb(YamlNode node, Map<String, YamlNode> keys) {
        int[] shape = new int[4];
        List<String> names = List.of("l1Entries", "l1Ways", "l2Entries", "l2Ways");
        for (int i = 0; i < shape.length; i++) {
            shape[i] = whole(keys.get(names.get(i)), "tlb." + names.get(i), 1, TlbLevel.MAX_ENTRIES);
        }
        for (int level = 0; level < 2; level++) {
            int entries = shape[2 * level];
            int ways = shape[2 * level + 1];
            if (entries % ways != 0 || Integer.bitCount(entries / ways) != 1) {
                throw refused(node, "tlb", "a level of " + entries + " entries in " + ways
                    + " ways: entries / ways must be a power of two");
            }
        }
        return new TlbGeometry(shape[0], shape[1], shape[2], shape[3]);
    }

    private MiscNodeLimits miscNode(YamlNode node) {
        List<String> limits = Arrays.stream(Limit.values()).map(Limit::key).toList();
        Map<String, YamlNode> keys = entries(node, "miscNode", limits);
        Map<Limit, Quantity> counts = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            String path = "miscNode." + limit.key();
            Map<String, YamlNode> quantity = entries(keys.get(limit.key()), path, List.of("count", "origin", "source"));
            int count = whole(quantity.get("count"), path + ".count", limit.least(), limit.most());
            counts.put(limit, quantity(count, quantity, path));
        }
        return new MiscNodeLimits(counts.get(Limit.ENTRIES), counts.get(Limit.SNOOPS), counts.get(Limit.OUTSTANDING),
            counts.get(Limit.LINES));
    }

    private Map<Cost, Quantity> costs(YamlNode node) {
        Map<String, YamlNode> keys = entries(node, "costs", Arrays.stream(Cost.values()).map(Cost::key).toList());
        Map<Cost, Quantity> costs = new EnumMap<>(Cost.class);
        for (Cost cost : Cost.values()) {
            costs.put(cost, time(keys.get(cost.key()), "costs." + cost.key()));
        }
        return costs;
    }

    private Map<String, Quantity> software(YamlNode node, Collection<String> steps) {
        Map<String, YamlNode> keys = entries(node, "software", steps);
        Map<String, Quantity> software = new LinkedHashMap<>();
        keys.forEach((step, quantity) -> software.put(step, time(quantity, "software." + step)));
        return software;
    }

    private Quantity time(YamlNode node, String path) {
        Map<String, YamlNode> keys = entries(node, path, List.of("ns", "origin", "source"));
        YamlNode nanos = keys.get("ns");
        String text = nanos.entries() == null ? nanos.text() : "";
        double value = nanos.plain() && NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        if (!(value >= 0 && value <= HardwareProfile.MAX_NANOS)) {
            throw refused(nanos, path + ".ns", given(text) + ": must be a number of nanoseconds, 0.."
                + (long) HardwareProfile.MAX_NANOS + ", as 8 or 8.5, without quotes or unit");
        }
        return quantity(value + 0.0, keys, path); // -0 is 0
    }

    private Quantity quantity(double value, Map<String, YamlNode> keys, String path) {
        return new Quantity(value, origin(keys.get("origin"), path + ".origin"),
            text(keys.get("source"), path + ".source", LONGEST_SOURCE));
    }

    private Origin origin(YamlNode node, String path) {
        String text = text(node, path, LONGEST_TITLE);
        int index = ORIGINS.indexOf(text);
        if (index < 0) {
            throw refused(node, path, Wording.unknown(text, ORIGINS));
        }
        return Origin.values()[index];
    }

    private int whole(YamlNode node, String path, int least, int most) {
        String text = node.entries() == null ? node.text() : "";
        int value = node.plain() && WHOLE.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (value < least || value > most) {
            throw refused(node, path, given(text) + ": must be a whole number, " + least + ".." + most
                + ", without quotes or unit");
        }
        return value;
    }

    private static String given(String text) {
        return text.isBlank() ? "no value" : Wording.quoted(text);
    }

    /** A line for people. Line breaks and tabs, as of a text over several lines, count as blanks. */
    private String text(YamlNode node, String path, int longest) {
        String text = node.entries() == null ? node.text().replaceAll("[ \t\r\n]+", " ").strip() : "";
        if (text.isBlank()) {
            throw refused(node, path, "is empty; accepted: a line of text");
        }
        if (Wording.hidesSomething(text)) {
            throw refused(node, path, Wording.quoted(text) + ": has characters that do not show; accepted: plain text");
        }
        if (text.length() > longest) {
            throw refused(node, path, Wording.quoted(text) + ": too long; accepted: at most " + longest
                + " characters");
        }
        return text;
    }

    /** What belongs to the keys: all that are accepted must be there, and no others. */
    private Map<String, YamlNode> entries(YamlNode node, String path, Collection<String> accepted) {
        String prefix = path.isEmpty() ? "" : path + '.';
        if (node.entries() == null) {
            throw refused(node, path.isEmpty() ? "the file" : path, given(node.text()) + ": must be keys and values; "
                + "accepted: " + String.join(", ", accepted));
        }
        node.entries().forEach((key, value) -> {
            if (WHOLE.matcher(key).matches()) {
                throw refused(value, path, Wording.quoted(key) + " stands where a key must (a decimal point is a ., as in "
                    + "8.5); accepted: " + String.join(", ", accepted));
            }
            if (!accepted.contains(key)) {
                throw refused(value, path, Wording.unknown(key, accepted));
            }
        });
        for (String key : accepted) {
            if (!node.entries().containsKey(key)) {
                throw refused(node, prefix + key, "is missing; accepted" + (path.isEmpty() ? "" : " in " + path) + ": "
                    + String.join(", ", accepted));
            }
        }
        return node.entries();
    }

    private BadProfileException refused(YamlNode node, String path, String what) {
        return new BadProfileException(place(node.line()) + (path.isEmpty() ? "" : path + ": ") + what);
    }

    private String place(int line) {
        return file + (line > 0 ? " line " + line : "") + ": ";
    }
}
