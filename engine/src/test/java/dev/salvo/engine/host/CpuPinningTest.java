package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuPinningTest {
    @Test
    void aThreadFoundElsewhereOrFreeToGoElsewhereIsNotPinned() {
        CpuPinning.check(3, CpuSet.of(3), 3);
        String name = Thread.currentThread().getName();
        assertEquals("cannot pin thread " + name + " to CPU 3: read back CPUs 3, running on CPU 1",
            assertThrows(PinningException.class, () -> CpuPinning.check(3, CpuSet.of(3), 1)).getMessage());
        assertEquals("cannot pin thread " + name + " to CPU 3: read back CPUs 0-3, running on CPU 3",
            assertThrows(PinningException.class, () -> CpuPinning.check(3, CpuSet.parse("0-3"), 3)).getMessage());
    }

    @Test
    void onlyLinuxOn64BitsCanPin() {
        assertNull(CpuPinning.unavailable("Linux", 64));
        assertEquals("threads cannot be pinned on 64-bit Mac OS X: sched_setaffinity of 64-bit Linux is needed",
            CpuPinning.unavailable("Mac OS X", 64));
        assertEquals("threads cannot be pinned on 32-bit Linux: sched_setaffinity of 64-bit Linux is needed",
            CpuPinning.unavailable("Linux", 32));
    }

    @Nested
    @EnabledOnOs(OS.LINUX)
    class OnThisHost {
        private final HostTopology host = HostTopology.read();

        @Test
        void everyThreadIsPinnedWhereItsCoreIsPlacedAndProcShowsIt() throws Exception {
            Placement placement = Placement.of(host, PlacementPolicy.COMPACT, 100);
            ExecutorService threads = Executors.newFixedThreadPool(placement.cores());
            CountDownLatch looked = new CountDownLatch(1);
            CountDownLatch pinned = new CountDownLatch(placement.cores());
            List<Future<?>> results = new ArrayList<>();
            int[] threadIds = new int[placement.cores()];
            try {
                for (int core = 0; core < placement.cores(); core++) {
                    int self = core;
                    results.add(threads.submit(() -> {
                        try {
                            CpuPinning.pin(placement.cpuOf(self));
                            threadIds[self] = CpuPinning.threadId();
                        } finally {
                            pinned.countDown();
                        }
                        looked.await();
                        assertEquals(placement.cpuOf(self), CpuPinning.currentCpu());
                        assertEquals(CpuSet.of(placement.cpuOf(self)), CpuPinning.mask());
                        return null;
                    }));
                }
                pinned.await();
                for (int core = 0; core < placement.cores(); core++) {
                    assertEquals(CpuSet.of(placement.cpuOf(core)), maskInProc(threadIds[core]));
                }
            } finally {
                looked.countDown();
                threads.shutdown();
            }
            for (Future<?> result : results) {
                result.get();
            }
        }

        @Test
        void aCpuThatDoesNotExistIsRefusedAndTheMaskIsLeftAlone() throws Exception {
            int absent = CpuSet.MAX_CPU;
            onANewThread(() -> {
                CpuSet before = CpuPinning.mask();
                Thread.currentThread().setName("core-017");
                assertEquals("cannot pin thread core-017 to CPU " + absent + ": errno 22, it does not exist, is offline "
                    + "or outside the cpuset; the thread's mask is " + before,
                    assertThrows(PinningException.class, () -> CpuPinning.pin(absent)).getMessage());
                assertEquals(before, CpuPinning.mask());
                return null;
            });
        }

        @Test
        void aNegativeCpuIsRefusedBeforeTheKernelIsAsked() {
            assertThrows(IllegalArgumentException.class, () -> CpuPinning.pin(-1));
        }

        @Test
        void aMaskIsGivenBack() throws Exception {
            onANewThread(() -> {
                CpuSet before = CpuPinning.mask();
                CpuPinning.pin(host.cpus().get(0).id());
                CpuPinning.restore(before);
                assertEquals(before, CpuPinning.mask());
                assertEquals(before, maskInProc(CpuPinning.threadId()));
                return null;
            });
        }

        @Test
        void aMaskThatTheKernelNarrowsIsNotTakenForRestored() throws Exception {
            onANewThread(() -> {
                int cpu = host.cpus().get(0).id();
                PinningException narrowed = assertThrows(PinningException.class,
                    () -> CpuPinning.restore(CpuSet.of(cpu, CpuSet.MAX_CPU)));
                assertTrue(narrowed.getMessage().endsWith("to CPUs " + cpu + ",65535: read back CPUs " + cpu),
                    narrowed.getMessage());
                return null;
            });
        }

        @Test
        void anEmptyMaskIsRefused() {
            assertThrows(PinningException.class, () -> CpuPinning.restore(CpuSet.of()));
        }

        @Test
        void pinningOneThreadLeavesTheProcessItsMask() throws Exception {
            onANewThread(() -> {
                CpuPinning.pin(host.cpus().get(0).id());
                assertEquals(host.cpus(), HostTopology.read().cpus());
                return null;
            });
        }

        @Test
        void everyThreadHasAnIdentifierOfItsOwn() throws Exception {
            assertNotEquals(CpuPinning.threadId(), onANewThread(CpuPinning::threadId));
            assertTrue(Files.isDirectory(Path.of("/proc/self/task/" + CpuPinning.threadId())));
        }

        /** Runs a test's body on a thread that ends with it, so that no mask outlives the test. */
        private <T> T onANewThread(Callable<T> body) throws Exception {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                return thread.submit(body).get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error) {
                    throw (Error) e.getCause();
                }
                throw e;
            } finally {
                thread.shutdown();
            }
        }

        private CpuSet maskInProc(int threadId) throws IOException {
            return Files.readAllLines(Path.of("/proc/self/task/" + threadId + "/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> CpuSet.parse(line.substring(line.indexOf(':') + 1).strip())).findFirst().orElseThrow();
        }
    }
}
