package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.CpuSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine's life: its threads, their names and CPUs, adoption, and what it says to bad input. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MachineTest {
    @ParameterizedTest
    @CsvSource({"RING, 1", "RING, 2", "RING, 1024", "INBOXES, 1", "INBOXES, 2", "INBOXES, 1024"})
    void machinesOfEverySizeStartShootAndStop(InterconnectKind kind, int cores) {
        Machine machine = new Machine(MachineSpec.of(cores).interconnect(kind).adopted(1));
        try (machine) {
            Core first = machine.adopt(0);
            machine.start();
            for (int i = 0; i < 10; i++) {
                first.tlbi(Tlbi.vmalle1is());
            }
            first.dsb();
            for (int id = 0; id < cores; id++) {
                assertTrue(machine.core(id).isOnline());
            }
        }
        assertEquals(10L * cores, machine.counts().served());
        for (int id = 0; id < cores; id++) {
            assertFalse(machine.core(id).isOnline());
            assertFalse(id > 0 && machine.core(id).thread().isAlive(), "core " + id + " still has a thread");
        }
    }

    /** As anybody can see in /proc while it runs. */
    @Test
    void everyCoresThreadIsNamedAfterItAndPinnedToItsCpu() throws IOException {
        int cores = 20;
        try (Machine machine = new Machine(MachineSpec.of(cores).adopted(1))) {
            machine.adopt(0);
            machine.start();
            Map<String, String> cpusOfThreads = cpusOfThreads();
            for (int id = 0; id < cores; id++) {
                String name = String.format(Locale.ROOT, "core-%03d", id);
                assertEquals(name, machine.core(id).thread().getName());
                assertEquals(String.valueOf(machine.placement().cpuOf(id)), cpusOfThreads.get(name), name);
            }
        }
    }

    /** What the kernel says: thread name to list of allowed CPUs. */
    private static Map<String, String> cpusOfThreads() throws IOException {
        Map<String, String> cpus = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    List<String> status = Files.readAllLines(task.resolve("status"));
                    cpus.put(field(status, "Name:"), field(status, "Cpus_allowed_list:"));
                } catch (IOException ended) {
                    continue; // a thread of the JVM's own: one of a core would be missed by its name below
                }
            }
        }
        return cpus;
    }

    private static String field(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name)).findFirst().orElseThrow()
            .substring(name.length()).strip();
    }

    @Test
    void eachCoreMakesItsMemoryOnItsOwnPinnedThread() {
        Map<Integer, Thread> makers = new ConcurrentHashMap<>();
        Map<Integer, CpuSet> masks = new ConcurrentHashMap<>();
        MachineSpec spec = MachineSpec.of(4).frames(core -> {
            makers.put(core, Thread.currentThread());
            masks.put(core, CpuPinning.mask());
            return core;
        });
        try (Machine machine = new Machine(spec)) {
            machine.start();
            for (int id = 0; id < 4; id++) {
                assertSame(machine.core(id).thread(), makers.get(id));
                assertEquals(CpuSet.of(machine.placement().cpuOf(id)), masks.get(id));
                assertEquals(id, machine.memory().framesIn(id));
            }
        }
    }

    // ---- adoption

    @Test
    void aReleasedThreadHasItsNameAndItsCpusBack() {
        CpuSet mask = CpuPinning.mask();
        String name = Thread.currentThread().getName();
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1))) {
            Core core = machine.adopt(0);
            assertEquals(CpuSet.of(machine.placement().cpuOf(0)), CpuPinning.mask());
            assertEquals("core-000", Thread.currentThread().getName());
            machine.release(core);
            assertEquals(mask, CpuPinning.mask());
            assertEquals(name, Thread.currentThread().getName());
            assertFalse(core.isOnline());
        }
    }

    @Test
    void closeReleasesWhatTheCallingThreadHasAdopted() {
        CpuSet mask = CpuPinning.mask();
        String name = Thread.currentThread().getName();
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1))) {
            machine.adopt(0);
            machine.start();
        }
        assertEquals(mask, CpuPinning.mask());
        assertEquals(name, Thread.currentThread().getName());
    }

    /** As JMH's thread does, iteration after iteration; it need not even be the same thread. */
    @Test
    void aCoreThatIsAdoptedAgainKeepsItsCountsAndItsMemory() {
        try (Workbench bench = new Workbench(MachineSpec.of(2).adopted(1).frames(core -> 8))) {
            bench.mapPages(1, 4);
            CompletableFuture.runAsync(() -> missFourPages(bench)).join();
            CompletableFuture.runAsync(() -> missFourPages(bench)).join();
            CoreCounts counts = bench.machine.core(0).counts();
            assertEquals(8, counts.tlbMisses(), "each time with an empty TLB, and counted on");
            assertEquals(8, counts.accesses());
            assertEquals(2, counts.tlbis());
            assertEquals(8, bench.machine.memory().framesIn(0));
        }
    }

    private static void missFourPages(Workbench bench) {
        Core core = bench.machine.adopt(0);
        for (int page = 0; page < 4; page++) {
            core.load(Workbench.ASID, Workbench.va(page));
        }
        core.tlbi(Tlbi.vmalle1is());
        bench.machine.release(core);
    }

    @Test
    void stoppingExecutesNoDsbOfTheSoftware() {
        Machine machine = new Machine(MachineSpec.of(3).adopted(1));
        try (machine) {
            Core core = machine.adopt(0);
            machine.start();
            core.tlbi(Tlbi.vmalle1is());
        }
        assertEquals(0, machine.counts().dsbIsh(), "the TLBI was completed, but not by a DSB that anybody wrote");
        assertEquals(3, machine.counts().served());
    }

    @Test
    void aCoreIsAdoptedByOneThreadOnly() {
        try (Machine machine = new Machine(MachineSpec.of(3).adopted(2))) {
            machine.adopt(0);
            says("core 0 has been adopted already", IllegalStateException.class,
                () -> elsewhere(() -> machine.adopt(0)));
            says("core 1 cannot be adopted by a thread that carries core 0: it could not serve both",
                IllegalStateException.class, () -> machine.adopt(1));
            elsewhere(() -> machine.release(machine.adopt(1)));
        }
    }

    @Test
    void aCoreWithAThreadOfItsOwnIsNotAdopted() {
        try (Machine machine = new Machine(MachineSpec.of(3).adopted(1))) {
            for (int id : new int[] {-1, 1, 2, 5000}) {
                says("core " + id + " is not left for adoption: the first 1 of 3 are", IllegalArgumentException.class,
                    () -> machine.adopt(id));
            }
        }
    }

    @Test
    void onlyTheThreadThatAdoptedReleases() {
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1));
            Machine other = new Machine(MachineSpec.of(1))) {
            Core core = machine.adopt(0);
            String notYours = "core 0 was not adopted by this thread";
            says(notYours, IllegalStateException.class, () -> elsewhere(() -> machine.release(core)));
            says(notYours, IllegalStateException.class, () -> other.release(core));
            assertTrue(core.isOnline());
            machine.start();
            CompletableFuture<RuntimeException> ofItself = new CompletableFuture<>();
            machine.run(1, own -> {
                ofItself.complete(assertThrows(IllegalStateException.class, () -> machine.release(own)));
                return 0;
            });
            assertEquals("core 1 was not adopted by this thread", ofItself.join().getMessage());
            machine.release(core);
            says(notYours, IllegalStateException.class, () -> machine.release(core));
        }
    }

    /** A thread of its own for it; its exceptions come out as they are. */
    private static void elsewhere(Runnable what) {
        try {
            CompletableFuture.runAsync(what).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /** Offline a core's cursor is no position; served from there, the ring would stall for everybody. */
    @Test
    void aReleasedCoreRefusesItsPort() {
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1))) {
            Core core = machine.adopt(0);
            machine.start();
            machine.release(core);
            says("core 0 uses its port while it is offline", IllegalStateException.class, core::serve);
            says("core 0 uses its port while it is offline", IllegalStateException.class,
                () -> core.tlbi(Tlbi.vmalle1is()));
            Core again = machine.adopt(0);
            again.tlbi(Tlbi.vmalle1is());
            again.dsb();
        }
    }

    // ---- bad input, one clear line each

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1025, 5000})
    void aMachineHasBetween1And1024Cores(int cores) {
        says("a machine of " + cores + " cores: 1..1024", IllegalArgumentException.class, () -> MachineSpec.of(cores));
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, 0, 1, 3, 100})
    void theInterconnectsCapacityIsAPowerOfTwo(int capacity) {
        says("room for " + capacity + " operations: a power of two, at least 2", IllegalArgumentException.class,
            () -> MachineSpec.of(2).capacity(capacity));
    }

    @Test
    void theOtherNumbersOfASpecHaveTheirRangesToo() {
        MachineSpec spec = MachineSpec.of(4);
        says("5 of 4 cores for outside threads", IllegalArgumentException.class, () -> spec.adopted(5));
        says("-1 of 4 cores for outside threads", IllegalArgumentException.class, () -> spec.adopted(-1));
        says("a store buffer of -1 entries: 0 or more", IllegalArgumentException.class, () -> spec.pteStoreBuffer(-1));
        says("a patience of 0 ns: 1..31536000000000000", IllegalArgumentException.class, () -> spec.patience(0));
        says("a patience of 9223372036854775807 ns: 1..31536000000000000", IllegalArgumentException.class,
            () -> spec.patience(Long.MAX_VALUE));
    }

    @Test
    void theLongestPatienceIsStillLongWhereCoresShareCpus() {
        Machine machine = new Machine(MachineSpec.of(1024).patience(31_536_000_000_000_000L));
        assertTrue(machine.patienceNanos() >= machine.spec().patienceNanos(), "overflow: " + machine.patienceNanos());
    }

    @Test
    void aRefinedSpecIsACopy() {
        MachineSpec spec = MachineSpec.of(4);
        assertNotSame(spec, spec.interconnect(InterconnectKind.INBOXES));
        assertEquals(InterconnectKind.RING, spec.interconnect());
        assertEquals(InterconnectKind.INBOXES, spec.interconnect(InterconnectKind.INBOXES).adopted(2).interconnect());
        assertEquals(4, spec.adopted(2).cores());
    }

    @Test
    void aMachineIsStartedOnceAndNotAfterItWasClosed() {
        String once = "a machine is started once, and not after it was closed";
        Machine machine = new Machine(MachineSpec.of(2));
        try (machine) {
            machine.start();
            says(once, IllegalStateException.class, machine::start);
        }
        machine.close(); // nothing more to do
        says(once, IllegalStateException.class, machine::start);

        Machine unused = new Machine(MachineSpec.of(2));
        unused.close();
        says(once, IllegalStateException.class, unused::start);
        assertNull(unused.core(0).thread());
    }

    private static void says(String message, Class<? extends RuntimeException> kind, Executable what) {
        assertEquals(message, assertThrows(kind, what).getMessage());
    }
}
