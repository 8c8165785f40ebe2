package dev.salvo.jmh.cli;

import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.Linux;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Mechanism;
import dev.salvo.workloads.program.Pacing;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** The options that say what is measured: one for each axis of the experiment. */
final class Axes {
    private static final List<Integer> PACED_CORES = List.of(8, 16, 32, 64, 128);
    private static final int MOST_POINTS = 100_000;

    /** As help lists them. */
    private static final List<Axis> HELP = Axis.order(List.of(Axis.WORKLOAD, Axis.CORES, Axis.SENDERS, Axis.STRATEGY,
        Axis.MAPPINGS, Axis.INTERCONNECT, Axis.LIST, Axis.BATCH, Axis.PTE, Axis.LOAD), List.of());

    /**
     * As a sweep goes through them: the first varies last. Those that commands have defaults for come after the workload and
     * the load, on which these depend.
     */
    private static final List<Axis> PRODUCT = Axis.order(List.of(Axis.WORKLOAD), List.of(Axis.PLACEMENT,
        Axis.INTERCONNECT, Axis.LOAD, Axis.IDLE, Axis.PTE, Axis.RING, Axis.LIST, Axis.BATCH, Axis.MAPPINGS, Axis.SENDERS,
        Axis.CORES, Axis.STRATEGY)).stream().filter(Axis::isOption).toList();

    private final Map<Axis, OptionSpec> options = new EnumMap<>(Axis.class);

    /** Made by picocli. */
    Axes() {
    }

    /** Called by picocli, which adds to the command what is added here. */
    @Spec(Spec.Target.SELF)
    void addOptions(CommandSpec mixin) {
        for (Axis axis : HELP) {
            if (axis.isOption()) {
                OptionSpec.Builder option = OptionSpec.builder("--" + axis.key()).splitRegex(",").paramLabel(axis.label())
                    .type(List.class).auxiliaryTypes(axis.isNumber() && axis != Axis.SENDERS ? Integer.class : String.class)
                    .description(axis.help());
                axis.optionDefault().ifPresent(option::defaultValue);
                if (!axis.words().isEmpty()) {
                    option.converters(oneOf(axis.optionWords()));
                }
                options.put(axis, option.build());
                mixin.addOption(options.get(axis));
            }
        }
    }

    private static ITypeConverter<String> oneOf(List<String> words) {
        return word -> words.stream().filter(word::equalsIgnoreCase).findFirst()
            .orElseThrow(() -> Misunderstood.noSuchWord(word, words));
    }

    /** What stands for an axis whose option is not given, where that has no default of its own. */
    private record Defaults(List<Integer> cores, List<String> senders, Pacing pacing) {
        List<String> of(Axis axis, Map<Axis, String> chosen) {
            Workload workload = Point.constant(Workload.class, chosen.get(Axis.WORKLOAD));
            return switch (axis) {
                case CORES -> (workload == Workload.PROTECT && pacing.isPaced() ? List.of(pacing.profile().cores()) : cores)
                    .stream().filter(count -> count > 1 || !(workload.computes() || isLoaded(chosen)))
                    .map(String::valueOf).toList(); // one core that sends leaves none to compute
                case SENDERS -> workload.computes() || isLoaded(chosen) ? List.of("1") : senders;
                case STRATEGY -> strategies(workload, chosen).stream().map(Point::word).toList();
                case LINUX -> List.of(Axis.LINUX.standard().orElseThrow()); // which the option does not take
                default -> throw new AssertionError(axis + " has a default");
            };
        }
    }

    /** Those of the workload that go with the mechanism, or the version's own; if none does, all of them, to be refused. */
    private static List<Strategy> strategies(Workload workload, Map<Axis, String> chosen) {
        Linux linux = ExperimentSpec.version(chosen.getOrDefault(Axis.LINUX, Axis.LINUX.standard().orElseThrow()));
        if (!linux.isMixed()) {
            return List.of(ExperimentSpec.strategyOf(linux));
        }
        String mechanism = chosen.getOrDefault(Axis.MECHANISM, Axis.MECHANISM.standard().orElseThrow());
        List<Strategy> both = new ArrayList<>(workload.defaultStrategies());
        both.retainAll(Point.constant(Mechanism.class, mechanism).strategies());
        return both.isEmpty() ? workload.defaultStrategies() : both;
    }

    private static boolean isLoaded(Map<Axis, String> chosen) {
        return chosen.containsKey(Axis.LOAD) && !chosen.get(Axis.LOAD).equals(Point.word(Load.IDLE));
    }

    /**
     * Every combination, with these defaults for what was not said.
     *
     * @throws BadInput if one of them is not a point
     */
    List<ExperimentSpec> points(List<Integer> defaultCores, List<String> defaultSenders) {
        return points(defaultCores, defaultSenders, Pacing.NATIVE);
    }

    /**
     * The same on either clock. All points have the dilation given.
     *
     * @throws BadInput if one of them is not a point
     */
    List<ExperimentSpec> points(List<Integer> defaultCores, List<String> defaultSenders, Pacing pacing) {
        return points(new Defaults(defaultCores, defaultSenders, pacing));
    }

    /**
     * The same on a machine that is carried, whose numbers of cores are the default. All points have the dilation given.
     *
     * @throws BadInput if one of them is not a point
     */
    List<ExperimentSpec> points(Pacing pacing) {
        int all = pacing.profile().cores();
        List<Integer> defaultCores = new ArrayList<>(PACED_CORES);
        defaultCores.removeIf(some -> some >= all);
        defaultCores.add(all);
        return points(new Defaults(defaultCores, List.of("1"), pacing));
    }

    private List<ExperimentSpec> points(Defaults defaults) {
        double many = 0;
        for (String workload : values(Axis.WORKLOAD, Map.of(), defaults)) {
            double product = 1;
            for (Axis axis : PRODUCT.subList(1, PRODUCT.size())) {
                product *= values(axis, Map.of(Axis.WORKLOAD, workload), defaults).size();
            }
            many += product;
        }
        if (many > MOST_POINTS) {
            throw new BadInput(String.format(Locale.ROOT, "a sweep of %.0f points: must be of %d at most", many,
                MOST_POINTS));
        }
        Set<ExperimentSpec> points = new LinkedHashSet<>(); // with 1 core, "1" and "all" are the same
        add(points, new EnumMap<>(Axis.class), PRODUCT, defaults);
        return new ArrayList<>(points);
    }

    /** Goes through all combinations of the axes that are left. */
    private void add(Set<ExperimentSpec> points, Map<Axis, String> chosen, List<Axis> left, Defaults defaults) {
        if (left.isEmpty()) {
            points.add(point(chosen, defaults.pacing));
            return;
        }
        Axis axis = left.get(0);
        for (String value : values(axis, chosen, defaults)) {
            chosen.put(axis, value);
            add(points, chosen, left.subList(1, left.size()), defaults);
        }
        chosen.remove(axis);
    }

    private List<String> values(Axis axis, Map<Axis, String> chosen, Defaults defaults) {
        List<?> given = options.get(axis).getValue();
        return given == null ? defaults.of(axis, chosen) : given.stream().map(String::valueOf).toList();
    }

    private static ExperimentSpec point(Map<Axis, String> values, Pacing pacing) {
        String senders = values.get(Axis.SENDERS);
        if (isLoaded(values) && (senders.equals(Point.ALL) || senders.equals(values.get(Axis.CORES)))) {
            throw new BadInput("--senders " + senders + ": must be fewer than the cores with a load, so that one is left to "
                + "compute");
        }
        return point(() -> ExperimentSpec.of(values, pacing));
    }

    /**
     * A point of a command's making.
     *
     * @throws BadInput if there is no such point, with the option that says so
     */
    static ExperimentSpec point(Supplier<ExperimentSpec> point) {
        try {
            return point.get();
        } catch (IllegalArgumentException outOfRange) {
            throw new BadInput("--" + outOfRange.getMessage(), outOfRange);
        }
    }

    /** A point in words: cores, senders, strategy, and whatever is not as in the published program. */
    static String describe(ExperimentSpec point) {
        return point.point().described(Set.of());
    }

    /** The same without its strategy: what it has in common with a point that only another strategy was measured at. */
    static String describeButStrategy(ExperimentSpec point) {
        return point.point().described(Set.of(Axis.STRATEGY));
    }

    /** Such a description as part of the name of a file. */
    static String fileName(String description) {
        return description.replaceAll("[^a-z0-9]+", "-");
    }
}
