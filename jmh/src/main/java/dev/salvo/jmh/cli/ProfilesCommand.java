package dev.salvo.jmh.cli;

import dev.salvo.engine.clock.BadProfileException;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HardwareProfile.Origin;
import dev.salvo.engine.clock.HardwareProfile.Quantity;
import dev.salvo.engine.clock.HardwareProfiles;
import dev.salvo.engine.clock.Limit;
import dev.salvo.engine.message.Wording;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.workloads.kernel.Step;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code salvo profiles}: which machines a paced clock can carry, and where each of their numbers is from. */
@Command(
    name = "profiles",
    mixinStandardHelpOptions = true,
    subcommands = {SpanCommand.class, CoverageCommand.class},
    sortOptions = false,
    description = {
        "Lists the hardware profiles: machines whose costs are real waits on a paced clock. Explains one, if it is "
            + "named: every number, its unit, and where it is from.",
        "",
        "  salvo profiles                                which there are",
        "  salvo profiles kunpeng-920                    all of one",
        "  salvo profiles kunpeng-920:hopSockets=2       what if its sockets lay twice as far apart?",
        "  salvo profiles span kunpeng-920               how much of a result rests on each guess",
        "  salvo profiles coverage                       whether bounds hold what is known to be true",
        "",
        "To add a machine, copy one that is like it and edit the copy; profiles FILE says what is wrong with it, or "
            + "shows it. Wherever a profile is asked for, a file may be given: a path with a / or ending in .yaml.",
        "",
        "  salvo profiles graviton3 --yaml > mine.yaml",
        "  salvo profiles ./mine.yaml",
        "  and then, to measure on it:  --profile ./mine.yaml",
        "",
        "Every number has an origin. sourced: published, or arithmetic on a published figure. fitted: chosen so that a "
            + "published figure comes out. assumed: a guess, whose reason stands beside it. engine/profiles.md tells "
            + "what each number means.",
        "",
        "A what-if, :KEY=FACTOR[,KEY=FACTOR], multiplies numbers, and may follow a name or a file wherever a profile "
            + "is asked for. What was multiplied counts as assumed.",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:listed or explained",
        "1:they were, but the JSON file could not be written",
        "2:the profile or the JSON file cannot be used: one line says why"
    })
final class ProfilesCommand implements Callable<Integer> {
    /** The steps of the software whose times a profile must give. */
    static final Set<String> STEPS = Step.keys();

    private static final int WIDTH = 110;

    @Parameters(paramLabel = "NAME|FILE", arity = "0..1",
        description = "A profile: a name of the list, or a YAML file; each may be followed by a what-if.")
    private String profile;

    @Option(names = "--yaml", description = "Print the file of a profile of the list, as it is, and nothing else.")
    private boolean yaml;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write what is printed to FILE, replacing it: an array of profiles, or all of one.")
    private Path json;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    ProfilesCommand() {
    }

    @Override
    public Integer call() {
        if (json != null) {
            OutputFile.check("--json", json);
        }
        if (yaml && (profile == null || json != null)) {
            throw new BadInput("--yaml: prints one profile's file; accepted with it is a name of the list, and not "
                + "--json");
        }
        PrintWriter out = command.commandLine().getOut();
        boolean written = true;
        try {
            if (yaml) {
                out.print(HardwareProfiles.yaml(profile));
            } else if (profile == null) {
                written = list(out, HardwareProfiles.names().stream().map(name -> HardwareProfiles.load(name, STEPS)).toList());
            } else {
                HardwareProfile one = HardwareProfiles.load(profile, STEPS);
                if (json != null) {
                    OutputFile.checkIsNotRead("--json", json, HardwareProfiles.file(profile).stream().toList());
                }
                written = explain(out, one);
            }
        } catch (BadProfileException e) {
            Optional<String> meant = profile == null ? Optional.empty()
                : Wording.nearest(profile, command.commandLine().getSubcommands().keySet());
            throw new BadInput(e.getMessage() + meant.map(word -> "; or did you mean profiles " + word + "?").orElse(""), e);
        }
        out.flush();
        return written ? 0 : 1;
    }

    // ---- all

    /** Returns whether the file that was asked for was written, too. */
    private boolean list(PrintWriter out, List<HardwareProfile> profiles) {
        out.printf(Locale.ROOT, "%-17s %5s  %7s %6s %7s  %s%n", "profile", "cores", "sourced", "fitted", "assumed",
            "machine");
        for (HardwareProfile each : profiles) {
            String head = String.format(Locale.ROOT, "%-17s %5d  %7d %6d %7d  ", each.name(), each.cores(),
                count(each, Origin.SOURCED), count(each, Origin.FITTED), count(each, Origin.ASSUMED));
            wrapped(out, head, head.length(), each.title());
        }
        out.println();
        out.println("salvo profiles NAME explains one. A file of your own: salvo profiles --help");
        ArrayNode all = JsonMapper.shared().createArrayNode();
        profiles.forEach(each -> summary(all.addObject(), each));
        return json == null || OutputFile.writeBeside("--json", json, JsonMapper.shared().writeValueAsString(all) + "\n");
    }

    private static long count(HardwareProfile profile, Origin origin) {
        return profile.quantities().values().stream().filter(quantity -> quantity.origin() == origin).count();
    }

    private static void summary(ObjectNode node, HardwareProfile profile) {
        node.put("name", profile.name()).put("title", profile.title()).put("cores", profile.cores());
        Arrays.stream(Origin.values()).forEach(origin -> node.put(origin.key(), count(profile, origin)));
    }

    // ---- one

    /** Returns whether the file that was asked for was written, too. */
    private boolean explain(PrintWriter out, HardwareProfile of) {
        wrapped(out, of.name() + ": ", 2, of.title());
        out.printf(Locale.ROOT, "%d cores, in clusters of %d, dies of %d, sockets of %d%n", of.cores(),
            of.topology().cluster(), of.topology().die(), of.topology().socket());
        TlbGeometry tlb = of.tlb();
        out.printf(Locale.ROOT, "each core's TLB: %s, then %s%n", level(tlb.l1Entries(), tlb.l1Ways()),
            level(tlb.l2Entries(), tlb.l2Ways()));
        wrapped(out, "  " + inked(of.tlbFrom().origin()) + "  ", 2, of.tlbFrom().source());
        rows(out, "held at once", "", counts(of));
        rows(out, "hardware", "ns", costs(of));
        rows(out, "software", "ns", of.software());
        out.println();
        out.println("One TLBI and its DSB, from core 0, all others idle: by the closed form, not measured");
        out.printf(Locale.ROOT, "%13s %10s%n", "cores", "ns");
        for (int cores : someCounts(of)) {
            out.printf(Locale.ROOT, "%13d %10.0f%n", cores, ClosedForm.idleShootdown(of, cores));
        }
        return json == null
            || OutputFile.writeBeside("--json", json, JsonMapper.shared().writeValueAsString(whole(of)) + "\n");
    }

    private static String level(int entries, int ways) {
        return entries + " entries " + (entries == ways ? "fully associative" : "in " + ways + " ways");
    }

    private static Map<String, Quantity> counts(HardwareProfile of) {
        Map<String, Quantity> counts = new LinkedHashMap<>();
        Arrays.stream(Limit.values()).forEach(limit -> counts.put(limit.key(), of.miscNode().of(limit)));
        return counts;
    }

    private static Map<String, Quantity> costs(HardwareProfile of) {
        Map<String, Quantity> costs = new LinkedHashMap<>();
        of.costs().forEach((cost, nanos) -> costs.put(cost.key(), nanos));
        return costs;
    }

    private static void rows(PrintWriter out, String heading, String unit, Map<String, Quantity> quantities) {
        out.println();
        out.printf(Locale.ROOT, "%-13s %10s %-2s  %-7s  %s%n", heading, "", "", "origin", "source");
        quantities.forEach((key, quantity) -> {
            String head = String.format(Locale.ROOT, "%-13s %10s %-2s  ", key, number(quantity.value()), unit);
            int column = head.length() + "assumed  ".length();
            wrapped(out, head + inked(quantity.origin()) + " ".repeat(9 - quantity.origin().key().length()), column,
                quantity.source());
        });
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }

    /** Not sourced is what a reader must know of. */
    private static String inked(Origin origin) {
        String style = switch (origin) {
            case SOURCED -> "green";
            case FITTED -> "yellow";
            case ASSUMED -> "magenta";
        };
        Ansi ansi = Terminal.out() && Terminal.wantsColour() ? Ansi.ON : Ansi.OFF;
        return ansi.string("@|" + style + ' ' + origin.key() + "|@");
    }

    /** A text behind a head, broken at blanks; its further lines begin at a column. A head may hold colours. */
    private static void wrapped(PrintWriter out, String head, int column, String text) {
        StringBuilder line = new StringBuilder();
        String before = head;
        int room = WIDTH - Math.max(column, head.replaceAll("\u001b\\[[0-9;]*m", "").length());
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > room) {
                out.println(before + line);
                before = " ".repeat(column);
                room = WIDTH - column;
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        out.println(before + line);
    }

    /** 2, 8, 16, 32, and so on, and all. */
    private static Set<Integer> someCounts(HardwareProfile of) {
        Set<Integer> counts = new TreeSet<>();
        for (int cores = 2; cores < of.cores(); cores *= cores == 2 ? 4 : 2) {
            counts.add(cores);
        }
        counts.add(of.cores());
        return counts;
    }

    /** As the file has it, and the closed form. */
    private static ObjectNode whole(HardwareProfile of) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("name", of.name()).put("title", of.title()).put("cores", of.cores());
        node.putObject("topology").put("cluster", of.topology().cluster()).put("die", of.topology().die())
            .put("socket", of.topology().socket());
        TlbGeometry tlb = of.tlb();
        node.putObject("tlb").put("l1Entries", tlb.l1Entries()).put("l1Ways", tlb.l1Ways())
            .put("l2Entries", tlb.l2Entries()).put("l2Ways", tlb.l2Ways())
            .put("origin", of.tlbFrom().origin().key()).put("source", of.tlbFrom().source());
        put(node.putObject("miscNode"), "count", counts(of));
        put(node.putObject("costs"), "ns", costs(of));
        put(node.putObject("software"), "ns", of.software());
        ArrayNode closedForm = node.putArray("idleShootdownByClosedForm");
        someCounts(of).forEach(cores -> closedForm.addObject().put("cores", cores)
            .put("ns", ClosedForm.idleShootdown(of, cores)));
        return node;
    }

    private static void put(ObjectNode node, String unit, Map<String, Quantity> quantities) {
        quantities.forEach((key, quantity) -> node.putObject(key).put(unit, new BigDecimal(number(quantity.value())))
            .put("origin", quantity.origin().key()).put("source", quantity.source()));
    }
}
