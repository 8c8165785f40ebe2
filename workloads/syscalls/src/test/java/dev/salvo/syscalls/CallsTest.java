package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.UnsuitableHostException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real system calls on this host: they do what they are measured for. */
class CallsTest {
    private static final int PAGES = 8;
    private static final int READ_WRITE = Libc.PROT_READ | Libc.PROT_WRITE;

    @BeforeEach
    void jnaIsThere() {
        CpuPinning.requirePossible();
    }

    /** The rights of the mapping that holds an address, such as {@code rw-p}; empty if none does. */
    private static Optional<String> rights(long address) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] words = line.split("[- ]");
            if (Long.parseUnsignedLong(words[0], 16) <= address && address < Long.parseUnsignedLong(words[1], 16)) {
                return Optional.of(line.split(" ")[1]);
            }
        }
        return Optional.empty();
    }

    /** Page faults of the calling thread that read nothing from a disk. */
    private static long faults() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
    }

    /** Whether the kernel may make pages of the mapping at an address huge. */
    private static boolean maybeHuge(long address) throws IOException {
        boolean here = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.startsWith(Long.toHexString(address) + "-")) {
                here = true;
            } else if (here && line.startsWith("VmFlags:")) {
                return !(line + " ").contains(" nh ");
            }
        }
        throw new AssertionError("no mapping begins at " + Long.toHexString(address));
    }

    @Test
    void mprotectChangesTheRightsAndGivesThemBack() throws IOException {
        try (Region region = new Region(PAGES)) {
            region.write();
            assertEquals(Optional.of("rw-p"), rights(region.address()));
            assertEquals(0, Libc.mprotect(region.address(), region.bytes(), Libc.PROT_READ));
            assertEquals(Optional.of("r--p"), rights(region.address()));
            assertEquals(Optional.of("r--p"), rights(region.address() + region.bytes() - 1));
            assertEquals(Optional.of("---p"), rights(region.address() + region.bytes()));
            assertEquals(0, Libc.mprotect(region.address(), region.bytes(), READ_WRITE));
            assertEquals(Optional.of("rw-p"), rights(region.address()));
        }
    }

    @Test
    void dontneedZeroes() {
        try (Region region = new Region(PAGES)) {
            region.write();
            assertEquals(PAGES, region.read());
            assertEquals(PAGES, region.resident());
            assertEquals(0, Libc.madvise(region.address(), region.bytes(), Libc.MADV_DONTNEED));
            assertEquals(0, region.resident());
            assertEquals(0, region.read());
        }
    }

    @Test
    void munmapUnmapsAndTheSamePlaceIsMappedAgain() throws IOException {
        try (Region region = new Region(PAGES)) {
            region.write();
            assertEquals(0, Libc.munmap(region.address(), region.bytes()));
            assertEquals(Optional.empty(), rights(region.address()));
            assertEquals(Optional.of("---p"), rights(region.address() - 1)); // what is around it keeps the page table
            assertTrue(region.mapAgain());
            assertEquals(Optional.of("rw-p"), rights(region.address()));
            assertEquals(0, region.read());
        }
    }

    /** As when another thread of the JVM gets the addresses between munmap and mmap: they are left to it. */
    @Test
    void whatAnotherHasMappedMeanwhileIsLeftAlone() throws IOException {
        long address;
        try (Region region = new Region(PAGES)) {
            address = region.address();
            assertEquals(0, Libc.munmap(address, region.bytes()));
            assertEquals(address, Libc.mmap(address, region.bytes(), Libc.PROT_READ,
                Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_FIXED_NOREPLACE, -1, 0));
            assertFalse(region.mapAgain());
            assertEquals(Optional.of("r--p"), rights(address));
        }
        assertEquals(Optional.of("r--p"), rights(address));
        assertEquals(Optional.empty(), rights(address - 1));
        assertEquals(0, Libc.munmap(address, (long) PAGES * Region.PAGE));
    }

    @Test
    void closingLeavesNothingMapped() throws IOException {
        Region region = new Region(PAGES);
        long address = region.address();
        region.close();
        assertEquals(Optional.empty(), rights(address));
        assertEquals(Optional.empty(), rights(address - 1));
        assertEquals(Optional.empty(), rights(address + (long) PAGES * Region.PAGE));
    }

    @Test
    void memoryHasNoHugePagesAlsoAfterItWasMappedAgain() throws IOException {
        try (Region region = new Region(PAGES)) {
            assertFalse(maybeHuge(region.address()));
            assertEquals(0, Libc.munmap(region.address(), region.bytes()));
            assertTrue(region.mapAgain());
            assertFalse(maybeHuge(region.address()));
        }
    }

    @Test
    void theNodeOfTouchedMemoryIsToldOrUnknown() {
        try (Region region = new Region(1)) {
            region.write();
            assertTrue(region.node() >= -1 && region.node() < 1024, region.node() + "");
        }
    }

    /** DONTNEED and munmap take the pages away, so that each touch faults; mprotect and mremap leave them. */
    @ParameterizedTest
    @EnumSource(names = {"DONTNEED", "MUNMAP"})
    void eachPageFaultsAfterEachOperation(Operation op) throws IOException {
        try (Calls calls = Calls.of(op, PAGES)) {
            calls.once();
            long before = faults();
            calls.once();
            calls.once();
            assertTrue(faults() - before >= 2 * PAGES, "faults: " + (faults() - before));
        }
    }

    @Test
    void mremapTakesThePagesAlong() {
        try (Calls calls = Calls.of(Operation.MREMAP, PAGES); Region to = new Region(PAGES); Region from = new Region(PAGES)) {
            calls.once();
            calls.once();
            from.write();
            int move = Libc.MREMAP_MAYMOVE | Libc.MREMAP_FIXED | Libc.MREMAP_DONTUNMAP;
            assertEquals(to.address(), Libc.mremap(from.address(), from.bytes(), from.bytes(), move, to.address()));
            assertEquals(PAGES, to.read());
            assertEquals(0, from.read()); // still mapped, and empty
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MPROTECT", "DONTNEED", "MUNMAP", "MREMAP", "MEMBARRIER"})
    void aRunCountsAndTimesWhatItDoes(Operation op) {
        try (Calls calls = Calls.of(op, 1)) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
            calls.run(deadline);
            assertTrue(System.nanoTime() - deadline >= 0);
            assertTrue(calls.rounds() > 0);
            assertEquals(calls.rounds(), calls.latencies().getTotalCount());
            assertTrue(calls.nanos() > 0);
            double summed = calls.latencies().getMean() * calls.rounds();
            assertEquals(calls.nanos(), summed, 0.01 * calls.nanos()); // the clock is read once between two: nothing is left out
            calls.run(System.nanoTime());
            assertEquals(1, calls.rounds(), "a run begins anew, and does it once even if it begins late");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MPROTECT", "DONTNEED", "MUNMAP", "MREMAP", "MEMBARRIER"})
    void theLoopAllocatesNothing(Operation op) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Calls calls = Calls.of(op, 1); Calls empty = Calls.empty(op)) {
            for (Calls each : new Calls[] {calls, empty}) {
                each.run(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50)); // classes are loaded now
                long before = threads.getCurrentThreadAllocatedBytes();
                each.run(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(allocated < each.rounds() + 1000, allocated + " bytes in " + each.rounds() + " rounds");
            }
        }
    }

    /** It goes into the kernel and finds nothing to do: no page of the region is touched, and no rights change. */
    @Test
    void emptyCallsChangeNothing() throws IOException {
        try (Calls empty = Calls.empty(Operation.MPROTECT)) {
            empty.once();
            long before = faults();
            for (int i = 0; i < 100; i++) {
                empty.once();
            }
            assertTrue(faults() - before < 100, "faults: " + (faults() - before));
        }
    }

    @Test
    void pageoutIsRefusedWithoutSwapAndSaysHowToGetSome(@TempDir Path folder) throws IOException {
        Path swaps = Files.writeString(folder.resolve("swaps"), "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
        String said = assertThrows(UnsuitableHostException.class, () -> Calls.requireSwap(swaps, PAGES)).getMessage();
        assertTrue(said.startsWith("op pageout: this host has no swap") && said.contains("swapon /dev/zram0"), said);
        assertEquals(1, said.lines().count());
        assertThrows(UnsuitableHostException.class, () -> Calls.requireSwap(folder.resolve("absent"), PAGES));
        Files.writeString(swaps, "Filename Type Size Used Priority\n/dev/zram0 partition 1048572 0 100\n");
        assertEquals(PAGES, Calls.requireSwap(swaps, PAGES));
    }

    @Test
    void aCallThatAFilterForbidsIsNamedWithItsErrno() {
        assertEquals("mprotect failed with ENOSYS: a filter of system calls (seccomp, as containers and services have) forbids "
            + "it, or this kernel has no such call; allow mprotect there, or measure another op",
            Libc.refusal("mprotect", 38).getMessage());
        assertTrue(Libc.refusal("madvise with MADV_PAGEOUT", 1).getMessage().contains("EPERM"));
        assertTrue(Libc.refusal("madvise with MADV_PAGEOUT", 1).getMessage().contains("allow madvise there"));
        assertTrue(Libc.refusal("mmap", 12).getMessage().contains("ENOMEM: not enough memory"));
        assertTrue(Libc.refusal("mremap", 999).getMessage().startsWith("mremap failed with errno 999; "));
    }

    /** The kernel's own refusal comes as a line, too: no address space is that large. */
    @Test
    void whatTheKernelRefusesIsALine() {
        assertEquals(-1, Libc.mmap(0, Long.MAX_VALUE / 4096 * 4096, Libc.PROT_NONE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, 0));
        assertTrue(Libc.refusal("mmap").getMessage().startsWith("mmap failed with ENOMEM"));
    }

    @Test
    void pagesOfAnOddTableAreCounted() {
        assertEquals(1, Region.tables(1));
        assertEquals(1, Region.tables(Region.PAGES_OF_A_TABLE - Region.FIRST_PAGE));
        assertEquals(2, Region.tables(Region.PAGES_OF_A_TABLE - Region.FIRST_PAGE + 1));
    }
}
