package dev.salvo.engine.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.HardwareProfile.Origin;
import dev.salvo.engine.clock.HardwareProfile.Quantity;
import dev.salvo.engine.tlb.Tlb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The machines that are shipped, and the published figures that they were fitted to. */
class ShippedProfilesTest {
    static final Set<String> STEPS = Set.of("syscall", "vma", "fault", "unmap", "zramWrite", "free", "changePte",
        "zapPte", "userLine", "userAccess", "contextSwitch");
    private static final int MOST_FITTED = 3;
    private static final Path FOLDER = Path.of("src/main/resources/profiles");

    static List<String> names() {
        return HardwareProfiles.names();
    }

    private static HardwareProfile load(String name) {
        return HardwareProfiles.load(name, STEPS);
    }

    @Test
    void theIndexNamesEveryFileInOrder() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertEquals(files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".yaml"))
                .map(file -> file.substring(0, file.length() - ".yaml".length())).sorted().toList(), names());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aProfileIsCalledAsItsFileIsAndFitsAMachine(String name) {
        HardwareProfile profile = load(name);
        assertEquals(name, profile.name());
        assertEquals(STEPS, profile.software().keySet());
        new Tlb(profile.tlb());
        assertEquals(Limit.values().length + Cost.values().length + STEPS.size(), profile.quantities().size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aProfileReadAsAUsersFileIsTheSame(String name) {
        assertEquals(load(name), load(FOLDER.resolve(name + ".yaml").toString()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNumberSaysWhereItIsFromAndFewAreFitted(String name) {
        HardwareProfile profile = load(name);
        profile.quantities().forEach((key, quantity) ->
            assertTrue(quantity.source().split(" ").length >= 4, key + ": " + quantity.source()));
        assertTrue(profile.tlbFrom().source().split(" ").length >= 4);
        long fitted = profile.quantities().values().stream().filter(q -> q.origin() == Origin.FITTED).count();
        assertTrue(fitted <= MOST_FITTED, fitted + " are fitted");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aShootdownTakesLongerWithMoreCoresAndLessThanTwoMicroseconds(String name) {
        HardwareProfile profile = load(name);
        double before = 0;
        for (int cores = 1; cores <= profile.cores(); cores++) {
            double now = ClosedForm.idleShootdown(profile, cores);
            assertTrue(now >= before && now < 2000, cores + " cores: " + now);
            before = now;
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aMessageNeverTakesAWayThatIsSaidNotToBeThere(String name) {
        HardwareProfile profile = load(name);
        for (int core = 0; core < profile.cores(); core++) {
            Cost hop = profile.hop(0, core);
            assertTrue(profile.nanos(hop) > 0, hop + " to core " + core);
        }
    }

    @Test
    void aShootdownOfTheSnapdragonIsThePublishedOne() {
        HardwareProfile profile = load("snapdragon-888");
        double perPage = ClosedForm.idleShootdown(profile, 8) + profile.nanos(Cost.DSB_ISHST);
        assertTrue(perPage >= 308 && perPage <= 348, perPage + " ns");
    }

    @Test
    void afterBatchingTheFlushOfTheSnapdragonDisappears() {
        HardwareProfile profile = load("snapdragon-888");
        assertTrue(profile.nanos(Cost.TLBI) + profile.nanos(Cost.DSB_ISHST) <= 18);
        assertTrue(batchedFlush(profile) / 5391 < 0.006, batchedFlush(profile) + " ns");
    }

    /** 2.56 million pages in 13.80 s and 11.771 s. */
    @ParameterizedTest
    @CsvSource({"snapdragon-888, 5391", "kunpeng-920, 4598"})
    void aPageAfterBatchingTakesWhatWasPublished(String name, double nanos) {
        HardwareProfile profile = load(name);
        double software = Stream.of("fault", "unmap", "zramWrite", "free").map(profile.software()::get)
            .mapToDouble(Quantity::value).sum();
        assertEquals(nanos, software + profile.nanos(Cost.WALK) + batchedFlush(profile), 1);
    }

    /** TLBI and DSB ISHST of a page, and its part of the DSB of 31. */
    private static double batchedFlush(HardwareProfile profile) {
        return profile.nanos(Cost.TLBI) + profile.nanos(Cost.DSB_ISHST)
            + ClosedForm.idleShootdown(profile, profile.cores()) / 31;
    }

    @Test
    void noHardwareOfTheKunpengIsFitted() {
        HardwareProfile profile = load("kunpeng-920");
        assertTrue(profile.costs().values().stream().noneMatch(cost -> cost.origin() == Origin.FITTED));
        assertEquals(128, profile.cores());
        assertEquals(Cost.HOP_SOCKETS, profile.hop(0, 64));
    }
}
