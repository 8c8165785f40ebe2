package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.probe.TlbiCounts;
import dev.salvo.workloads.kernel.arm64.Arm64LinuxTlb;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one version executes on one chip for one flush. */
@Timeout(900)
class Arm64LinuxTlbTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;
    private static final Chip PLAIN = new Chip(false, false, Chip.Repeat.NONE, true);
    private static final Chip RANGES = new Chip(false, true, Chip.Repeat.NONE, true);
    private static final Chip ISOLATED = new Chip(true, false, Chip.Repeat.NONE, true);

    private static Chip repeating(Chip.Repeat repeat) {
        return new Chip(false, false, repeat, true);
    }

    /** VAE1IS, VALE1IS, ASIDE1IS, ranges, local, DSB ISH. */
    private static String executed(String linux, Chip chip, Flush flush) {
        TlbFlush how = Arm64LinuxTlb.of(Linux.of(linux), chip);
        Kernel kernel = new Kernel(how, Linux.of(linux));
        MachineSpec spec = MachineSpec.of(2).countsKinds(true).frames(id -> id == 0 ? 8 : 0);
        try (SmallMachine machine = new SmallMachine(kernel, spec, 1, 1, 1, 1)) {
            TlbiCounts issuedBefore = machine.core.tlbiCounts();
            CoreCounts before = machine.core.counts();
            flush.on(how.arch(), machine.core, machine.mm());
            TlbiCounts issued = machine.core.tlbiCounts().minus(issuedBefore);
            CoreCounts core = machine.core.counts().minus(before);
            return issued.tlbiVa() + " " + issued.tlbiVaLast() + " " + issued.tlbiAsid() + " " + issued.tlbiRange() + " "
                + core.localTlbis() + " " + core.dsbIsh();
        }
    }

    private interface Flush {
        void on(ArchTlb arch, Core core, AddressSpace mm);
    }

    @ParameterizedTest
    @CsvSource({"6.12, 511, 0 511 0 0 0 1", "6.12, 512, 0 0 1 0 0 2", "6.1, 512, 0 0 1 0 0 1", "7.3, 512, 0 0 1 0 0 1"})
    void aRangeOverTheLimitIsTheAddressSpaceAndOnceWaitedForTwice(String linux, long pages, String expected) {
        assertEquals(expected, executed(linux, PLAIN, (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, pages)));
    }

    @ParameterizedTest
    @CsvSource({"1, 0 1 0 0 0 1", "2, 0 0 0 1 0 1", "16, 0 0 0 1 0 1", "255, 0 1 0 2 0 1", "256, 0 0 0 1 0 1", "511, 0 1 0 2 0 1",
        "512, 0 0 0 1 0 1", "513, 0 1 0 1 0 1", "2097152, 0 0 0 1 0 1", "2097153, 0 0 1 0 0 1"})
    void withRangeInstructionsAFewOperationsCoverAnyRange(long pages, String expected) {
        assertEquals(expected, executed("7.3", RANGES, (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, pages)));
    }

    /** Fails if an operation of the loop is too short, or starts beside its place: a page would be left in the TLB. */
    @Test
    void rangeOperationsForgetEveryPageOfTheRangeAndNoneBesideIt() {
        int pages = 700;
        Kernel kernel = new Kernel(Arm64LinuxTlb.of(Linux.of("7.3"), RANGES), Linux.of("7.3"));
        MachineSpec spec = MachineSpec.of(1).frames(id -> pages + 8);
        SplittableRandom random = new SplittableRandom(7);
        try (SmallMachine machine = new SmallMachine(kernel, spec, 1, 1, pages, 2 * pages)) {
            for (int round = 0; round < 40; round++) {
                int first = random.nextInt(1, pages - 2);
                int count = random.nextInt(1, Math.min(600, pages - first - 1));
                machine.writePrivate(machine.mm(), pages, 1);
                kernelFlush(machine, first, count);
                long misses = machine.core.counts().tlbMisses();
                for (int page = first; page < first + count; page++) {
                    machine.core.load(machine.mm().asid(), SmallMachine.privateVa(page));
                }
                assertEquals(count, machine.core.counts().tlbMisses() - misses, first + " + " + count);
                machine.core.load(machine.mm().asid(), SmallMachine.privateVa(first - 1));
                machine.core.load(machine.mm().asid(), SmallMachine.privateVa(first + count));
                assertEquals(count, machine.core.counts().tlbMisses() - misses, "beside " + first + " + " + count);
            }
        }
    }

    private static void kernelFlush(SmallMachine machine, int first, int count) {
        Arm64LinuxTlb.of(Linux.of("7.3"), RANGES).arch().flushTlbRange(machine.core, machine.mm(), FIRST + first, count);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 0 0 0 0 1", "2, 2 0 0 0 0 1", "511, 511 0 0 0 0 1", "512, 0 0 1 0 0 1"})
    void aTableIsOneOperationOfAnyLevel(long tables, String expected) {
        assertEquals(expected, executed("7.3", PLAIN, (arch, core, mm) -> arch.flushTlbTables(core, mm, 0, tables)));
    }

    @Test
    void whoDoesNotSayWhatItChangedFlushesAnyLevel() {
        assertEquals("3 0 0 0 0 1", executed("7.3", PLAIN, (arch, core, mm) -> arch.flushTlbRangeAllLevels(core, mm, FIRST, 3)));
    }

    @Test
    void withIsolationEveryOperationIsIssuedForBothIdentifiersAndWaitedForOnce() {
        assertEquals("0 2 0 0 0 1", executed("6.12", ISOLATED, (arch, core, mm) -> arch.flushTlbPage(core, mm, FIRST)));
        assertEquals("0 0 2 0 0 1", executed("6.12", ISOLATED, (arch, core, mm) -> arch.flushTlbMm(core, mm)));
        assertEquals("0 6 0 0 0 1", executed("6.12", ISOLATED, (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, 3)));
        assertEquals("0 0 0 0 2 0", executed("7.3", ISOLATED, (arch, core, mm) -> arch.localFlushTlbPage(core, mm, FIRST)));
        assertEquals((1 << 15) - 1, Arm64LinuxTlb.of(Linux.of("6.12"), ISOLATED).arch().mostAsids());
        assertEquals((1 << 16) - 1, Arm64LinuxTlb.of(Linux.of("6.12"), PLAIN).arch().mostAsids());
    }

    @Test
    void repeatTlbiWasPaidAtEachOperationAndIsPaidAtEachWait() {
        assertEquals("0 6 0 0 0 4", executed("6.16", repeating(Chip.Repeat.OLD),
            (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, 3)));
        assertEquals("0 4 0 0 0 2", executed("7.3", repeating(Chip.Repeat.OLD),
            (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, 3)));
        assertEquals("0 4 0 0 0 2", executed("6.12", repeating(Chip.Repeat.NEW),
            (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, 3)));
        assertEquals("0 3 0 0 0 1", executed("6.16", repeating(Chip.Repeat.NEW),
            (arch, core, mm) -> arch.flushTlbRange(core, mm, FIRST, 3)), "which does not know the erratum");
    }

    @Test
    void unmappingWaitsTogetherSince66ButNotUnderTheOldWorkaround() {
        assertSame(Deferral.NEVER, Arm64LinuxTlb.of(Linux.of("6.1"), PLAIN).deferral());
        assertSame(Deferral.ALWAYS, Arm64LinuxTlb.of(Linux.of("6.6"), PLAIN).deferral());
        assertSame(Deferral.NEVER, Arm64LinuxTlb.of(Linux.of("6.16"), repeating(Chip.Repeat.OLD)).deferral());
        assertSame(Deferral.ALWAYS, Arm64LinuxTlb.of(Linux.of("7.3"), repeating(Chip.Repeat.OLD)).deferral());
    }
}
