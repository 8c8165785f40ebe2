package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.CpuSet;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.syscalls.KernelReplicate.Counting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole measurements on this host, which may be busy, may count nothing, and may have one CPU. */
class ShootdownsTest {
    private static final HostTopology HOST = HostTopology.read();
    private static final int CPUS = HOST.cpus().size();
    private static final Effort SHORT = new Effort(Duration.ofMillis(20), Duration.ofMillis(10), 2, 4);

    private static KernelReplicate measure(Operation op, int cores, int senders, Others others) {
        KernelReplicate measured = Shootdowns.measure(new KernelPoint(op, cores, senders, 1, others, PlacementPolicy.COMPACT),
            HOST, SHORT);
        assertTrue(measured.operations() > 0);
        assertTrue(measured.emptyNanos() > 0);
        assertTrue(measured.opsPerSecond() > 0);
        assertEquals(measured.operations(), measured.latencies().getTotalCount());
        assertTrue(measured.batches().size() >= SHORT.batches() && measured.batches().size() <= SHORT.attempts());
        assertEquals(measured.valid(), measured.batches().stream().filter(KernelReplicate.Batch::accepted).count() >= 2);
        assertEquals(measured.valid(), measured.why().isEmpty(), measured.why());
        assertFalse(measured.why().contains("\n"));
        return measured;
    }

    @Test
    void memoryIsRefusedBeforeItIsFilled() {
        KernelPoint large = new KernelPoint(Operation.DONTNEED, 16, 16, 4096, Others.SPIN, PlacementPolicy.COMPACT);
        long needed = (16L * 4096 + Target.WALKED_PAGES) * Region.PAGE >> 20;
        assertEquals("senders 16 with pages 4096 need " + needed + " MiB, and this process and its children may use 512 MiB; ask "
            + "for fewer", assertThrows(UnsuitableHostException.class,
                () -> Shootdowns.requireMemory(large, OptionalLong.of(512))).getMessage());
        Shootdowns.requireMemory(large, OptionalLong.of(2 * needed + 1));
        Shootdowns.requireMemory(large, OptionalLong.empty());
    }

    /** Masks of all threads of this process, by their number. */
    private static Map<String, String> masks() throws IOException {
        Map<String, String> masks = new TreeMap<>();
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                for (String line : Files.exists(task) ? Files.readAllLines(task.resolve("status")) : List.<String>of()) {
                    if (line.startsWith("Cpus_allowed_list:")) {
                        masks.put(task.getFileName().toString(), line.substring(line.indexOf(':') + 1).strip());
                    }
                }
            }
        }
        return masks;
    }

    @ParameterizedTest
    @EnumSource(names = {"MPROTECT", "DONTNEED", "MUNMAP", "MREMAP", "MEMBARRIER"})
    void aSenderAloneReachesNobody(Operation op) {
        KernelReplicate measured = measure(op, 1, 1, Others.NONE);
        assertEquals(0, measured.targets());
        assertFalse(measured.oversubscribed());
        assertEquals(KernelReplicate.Victims.NONE, measured.victims());
    }

    @Test
    void aSpinningTargetIsReachedAndItsLossIsMeasured() {
        assumeTrue(CPUS >= 2 && HOST.usableCpus() >= 2);
        KernelReplicate measured = measure(Operation.MPROTECT, 2, 1, Others.SPIN);
        assertEquals(1, measured.targets());
        // On a busy host a victim may have had its CPU in no slice: then nothing is said, and no 0.
        assertFalse(measured.victims().computeAlone() <= 0);
        assertFalse(measured.victims().memoryBeside() <= 0);
        if (measured.valid()) {
            assertEquals(Math.rint(measured.shootdowns()), measured.shootdowns(), 0.15);
        }
    }

    @Test
    void whereNothingIsCountedNoFigureIsValid() {
        assumeTrue(CPUS >= 2 && HOST.usableCpus() >= 2);
        KernelReplicate measured = measure(Operation.DONTNEED, 2, 1, Others.SPIN);
        assumeTrue(measured.counting() == Counting.NOTHING);
        assertFalse(measured.valid());
        assertEquals(Double.NaN, measured.shootdowns());
        assertFalse(Double.isNaN(measured.nsPerOp()), "it is given all the same");
    }

    @Test
    void moreCoresThanCpusShareThem() {
        KernelReplicate measured = measure(Operation.MPROTECT, CPUS + 2, 1, Others.SPIN);
        assertTrue(measured.oversubscribed());
        assertTrue(measured.targets() < CPUS);
        assertTrue(measured.placed().contains("oversubscribed"), measured.placed());
    }

    @Test
    void sendersCountAsTargetsOfEachOther() {
        assumeTrue(CPUS >= 2 && HOST.usableCpus() >= 2);
        KernelReplicate measured = measure(Operation.DONTNEED, 2, 2, Others.SPIN);
        assertEquals(1, measured.targets());
    }

    @Test
    void sleepersAndOtherProcessesAreNoTargets() {
        assertEquals(0, measure(Operation.MPROTECT, 2, 1, Others.SLEEP).targets());
        assertEquals(0, measure(Operation.MPROTECT, 2, 1, Others.PROCESSES).targets());
        assertEquals(List.of(), ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList());
    }

    @Test
    void allThreadsHaveTheirMasksBack() throws IOException {
        CpuSet own = CpuPinning.mask();
        Map<String, String> before = masks();
        measure(Operation.MPROTECT, 2, 1, Others.SPIN);
        Map<String, String> after = masks();
        before.forEach((thread, mask) -> assertEquals(mask, after.getOrDefault(thread, mask), "thread " + thread));
        assertEquals(own, CpuPinning.mask());
    }

    @Test
    void whileConfinedEveryThreadIsOnTheSendersCpu() throws IOException {
        CpuPinning.requirePossible();
        int cpu = HOST.cpus().get(CPUS - 1).id();
        Map<String, String> before = masks();
        ConfinedThreads confined = new ConfinedThreads(cpu);
        try {
            masks().values().forEach(mask -> assertEquals(Integer.toString(cpu), mask));
        } finally {
            confined.close();
        }
        Map<String, String> after = masks();
        before.forEach((thread, mask) -> assertEquals(mask, after.getOrDefault(thread, mask), "thread " + thread));
    }

    /** Such as a compiler thread that the JVM starts meanwhile. */
    @Test
    void aThreadThatBeganMeanwhileMayRunAnywhereAfterwards() throws Exception {
        CpuPinning.requirePossible();
        CpuSet own = CpuPinning.mask();
        AtomicReference<CpuSet> later = new AtomicReference<>();
        ConfinedThreads confined = new ConfinedThreads(HOST.cpus().get(0).id());
        CountDownLatch restored = new CountDownLatch(1);
        Thread meanwhile = new Thread(() -> {
            try {
                restored.await();
                later.set(CpuPinning.mask());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        meanwhile.start();
        confined.close();
        restored.countDown();
        meanwhile.join();
        assertEquals(own, later.get());
    }

    @Test
    void anotherProcessEndsWhenItIsClosed() throws Exception {
        CpuPinning.requirePossible();
        OtherProcess other = new OtherProcess(List.of(HOST.cpus().get(0).id()));
        ProcessHandle handle = other.handle();
        assertTrue(handle.isAlive());
        other.close();
        assertFalse(handle.isAlive());
    }

    /** As when the JVM that started it is killed: its end of the pipe goes. */
    @Test
    void anotherProcessEndsWithItsParent() throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            System.getProperty("java.class.path"), OtherProcess.class.getName(), Integer.toString(HOST.cpus().get(0).id()))
            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        assertEquals('r', child.getInputStream().read()); // "ready"
        assertTrue(child.isAlive());
        child.getOutputStream().close();
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, child.exitValue());
    }
}
