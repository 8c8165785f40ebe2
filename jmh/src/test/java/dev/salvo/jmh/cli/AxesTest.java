package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Axis;
import dev.salvo.point.Workload;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What a sweep consists of, and in which order. */
class AxesTest {
    /** How many there were when the order of a sweep was first relied on. */
    private static final int AXES = Axis.PROFILE.ordinal() + 1;

    private static List<ExperimentSpec> sweep(String options) {
        CurveCommand curve = new CurveCommand();
        new CommandLine(curve).setCaseInsensitiveEnumValuesAllowed(true)
            .parseArgs(options.isEmpty() ? new String[0] : options.split(" "));
        return curve.sweep();
    }

    /** Shards, and runs that are gone on with, rely on it. */
    @Test
    void theOrderOfASweepStaysAsItWas() {
        List<List<String>> expected = new ArrayList<>();
        for (String placement : List.of("compact", "scatter")) {
            for (String interconnect : List.of("inboxes", "ring")) {
                for (String load : List.of("idle", "own")) {
                    for (String idle : List.of("park", "auto")) {
                        for (String pte : List.of("dirty", "clean")) {
                            for (String ring : List.of("4096", "2")) {
                                for (String list : List.of("9", "8")) {
                                    for (String batch : List.of("1", "2")) {
                                        for (String mappings : List.of("2", "1")) {
                                            for (String senders : List.of("1", "2")) {
                                                for (String cores : List.of("5", "3")) {
                                                    for (String strategy : List.of("local", "sync")) {
                                                        expected.add(List.of(cores, senders, mappings, strategy,
                                                            interconnect, load, list, batch, pte, "native", placement, ring,
                                                            idle, "seed", ""));
                                                    }
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        List<ExperimentSpec> points = sweep("--strategy local,sync --cores 5,3 --senders 1,2 --mappings 2,1 --batch 1,2 --list 9,8 "
            + "--ring 4096,2 --pte dirty,clean --idle park,auto --load idle,own --interconnect inboxes,ring "
            + "--placement compact,scatter");
        assertEquals(expected.size(), points.size());
        for (int i = 0; i < points.size(); i++) {
            assertEquals(expected.get(i), List.copyOf(points.get(i).point().values().values()).subList(0, AXES), "point " + i);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {
        "--cores 8                                  | 8 1 sync, 8 1 batched, 8 8 sync, 8 8 batched",
        "--cores 1                                  | 1 1 sync, 1 1 batched",
        "--quick --strategy LOCAL                   | 8 1 local, 32 1 local, 100 1 local",
        "--cores 8 --load own                       | 8 1 sync, 8 1 batched",
        "--cores 8 --workload victim                | 8 1 sync",
        "--cores 8 --workload protect --senders 2,all | 8 2 batched, 8 2 local, 8 8 batched, 8 8 local",
        "--workload munmap,victim --cores 4         | 4 1 sync, 4 4 sync, 4 1 sync",
        "--clock paced --profile snapdragon-888     | 8 1 sync, 8 1 batched",
        "--clock paced --profile a64fx --strategy sync | 8 1 sync, 16 1 sync, 32 1 sync, 48 1 sync",
        "--clock paced --profile a64fx --workload protect | 48 1 batched, 48 1 local",
        "--cores 8 --senders 1 --mechanism arm64-local | 8 1 sync, 8 1 batched",
        "--cores 8 --senders 1 --workload protect --mechanism arm64,arm64-local | 8 1 batched, 8 1 local, 8 1 batched",
        "--cores 8 --senders 1 --linux 6.1,6.12 | 8 1 sync, 8 1 batched"
    })
    void whatIsNotSaidDependsOnTheCommandTheWorkloadAndTheClock(String options, String expected) {
        assertEquals(expected, String.join(", ", sweep(options.strip()).stream()
            .map(spec -> spec.cores() + " " + spec.senders() + ' ' + spec.point().value(Axis.STRATEGY)).toList()));
    }

    @ParameterizedTest
    @EnumSource
    void everyAxisWithWordsIsSweptOverByThem(Axis axis) {
        if (axis.isOption() && !axis.words().isEmpty() && axis != Axis.LOAD && axis != Axis.WORKLOAD) {
            assertEquals(axis.optionWords(), sweep("--cores 2 --senders 1 --strategy sync --" + axis.key() + ' '
                + String.join(",", axis.optionWords())).stream().map(spec -> spec.point().value(axis)).distinct().toList());
        }
    }

    @Test
    void everyWorkloadCanBeMeasuredAsItIs() {
        for (Workload workload : Workload.values()) {
            List<ExperimentSpec> points = sweep("--cores 8 --workload " + workload);
            assertFalse(points.isEmpty());
            assertEquals(workload.defaultStrategies(), points.stream().map(ExperimentSpec::strategy).distinct().toList());
        }
    }

    @Test
    void aDescriptionSaysWhatIsNotStandardAndMakesANameOfAFile() {
        ExperimentSpec point = sweep("--cores 8 --senders all --strategy sync --ring 64 --pte dirty").get(0);
        assertEquals("8 cores, 8 senders, sync, pte dirty, ring 64", Axes.describe(point));
        assertEquals("8 cores, 8 senders, pte dirty, ring 64", Axes.describeButStrategy(point));
        assertEquals("8-cores-8-senders-sync-pte-dirty-ring-64", Axes.fileName(Axes.describe(point)));
    }

    /** It is left out where nobody asked for it: who reads only the help would miss it. */
    @Test
    void helpSaysThatTheDefaultStrategiesDependOnTheMechanism() {
        String help = Said.by("curve", "--help").out().replaceAll("\\s+", " ");
        assertTrue(help.contains("for protect batched,local; of these those that go with the mechanism."), help);
    }

    @Test
    void helpHasAnOptionForEachAxis() {
        String help = Said.by("curve", "--help").out();
        assertTrue(Arrays.stream(Axis.values()).filter(Axis::isOption).allMatch(axis -> help.contains("--" + axis.key() + "=")),
            help);
    }
}
