package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.host.HostTopology;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Cores that take times. What they tell is compared with a clock that this test reads itself, inside and outside. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimedProbeTest {
    /**
     * With a CPU of its own and with one that it shares. Fails if the delay is counted from anything but the issue, or
     * to anything but the acknowledgement; or if a core gives its CPU up before it has served what came during its
     * step: the time of the step would not be counted.
     */
    @ParameterizedTest
    @CsvSource({"RING, false", "RING, true", "INBOXES, false", "INBOXES, true"})
    void theAcknowledgementOfADeafCoreIsAsLateAsItWasDeaf(InterconnectKind kind, boolean shared) {
        int cores = shared ? Math.min(2 * HostTopology.read().usableCpus(), MachineSpec.MAX_CORES) : 2;
        long[] issued = new long[1];
        long[] heard = new long[1];
        long start = System.nanoTime();
        try (Workbench bench = new Workbench(MachineSpec.of(cores).interconnect(kind).timed(true))) {
            Deafness deafness = new Deafness(core -> heard[0] = System.nanoTime());
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            bench.tell(0, core -> {
                core.tlbi(Tlbi.vmalle1is());
                issued[0] = System.nanoTime();
            });
            deafness.end();
            Workbench.result(deaf);
            bench.tell(0, Core::dsb);

            Core victim = bench.machine.core(1);
            Core issuer = bench.machine.core(0);
            long count = bench.ask(1, core -> victim.ackDelays().getTotalCount());
            long delay = bench.ask(1, core -> victim.ackDelays().getMaxValue());
            long total = System.nanoTime() - start;
            assertEquals(1, count);
            assertTrue(delay >= (heard[0] - issued[0]) * 99 / 100, // the histogram keeps two digits
                delay + " ns, although deaf for " + (heard[0] - issued[0]));
            assertTrue(delay <= total * 101 / 100, delay + " of " + total);
            assertTrue(bench.ask(0, core -> issuer.issueNanos()) <= total);
            assertTrue(bench.ask(0, core -> issuer.waitNanos()) <= total);
        }
    }

    /** Fails if either time is counted as the other. */
    @ParameterizedTest
    @EnumSource
    void timeInTlbiAndTimeInDsbAreToldApart(InterconnectKind kind) {
        long[] times = new long[2];
        try (Workbench bench = new Workbench(MachineSpec.of(2).interconnect(kind).capacity(4).timed(true))) {
            Deafness full = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, full);
            full.awaitBegin();
            CompletableFuture<Boolean> issuing = bench.begin(0, core -> {
                for (int i = 0; i < 6; i++) {
                    core.tlbi(Tlbi.vmalle1is());
                }
                return true;
            });
            Await.until("the issuer waits for room", () -> bench.hasAcknowledged(0, 0, 3));
            times[0] = System.nanoTime();
            Await.until("time has passed", () -> System.nanoTime() - times[0] > 2_000_000);
            times[1] = System.nanoTime() - times[0];
            full.end();
            Workbench.result(deaf);
            Workbench.result(issuing);
            Core issuer = bench.machine.core(0);
            assertTrue(bench.ask(0, core -> issuer.issueNanos()) >= times[1], "a wait for room belongs to the TLBI");
            long waitedBefore = bench.ask(0, core -> issuer.waitNanos());
            assertEquals(0, waitedBefore);
            bench.tell(0, Core::dsb);
            assertTrue(bench.ask(0, core -> issuer.waitNanos()) > 0);
        }
    }
}
