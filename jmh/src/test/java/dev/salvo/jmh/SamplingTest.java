package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.PerfEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sampled where the kernel answers this or that. */
class SamplingTest {
    private static final int EACCES = 13;
    private static final PerfEvents ALL = new PerfEvents(0, 0, true, "1");
    private static final PerfEvents NOTHING = new PerfEvents(EACCES, EACCES, false, "3");

    @Test
    void cpuTimeIsSampledByPerfEventsWhereTheyArePermitted() {
        Sampling cpu = Sampling.of(Sampling.Event.CPU, ALL);
        assertEquals("cpu", cpu.used());
        assertEquals("", cpu.why());
        assertFalse(cpu.more().contains("alluser"));
    }

    @Test
    void hiddenSymbolsLeaveTheKernelOutAndAreSaid() {
        Sampling cpu = Sampling.of(Sampling.Event.CPU, new PerfEvents(0, 0, false, "1"));
        assertEquals("cpu", cpu.used());
        assertEquals("without the kernel's frames: it hides their addresses (kernel.kptr_restrict)", cpu.why());
    }

    @Test
    void whereOnlyUserTimeIsPermittedOnlyThatIsAskedFor() {
        Sampling cpu = Sampling.of(Sampling.Event.CPU, new PerfEvents(EACCES, 0, false, "2"));
        assertEquals("cpu", cpu.used());
        assertTrue(cpu.more().contains(";alluser=true"));
        assertEquals("without the kernel's frames: perf events in the kernel are not permitted, "
            + "kernel.perf_event_paranoid is 2", cpu.why());
    }

    @Test
    void whereNothingIsPermittedATimerTakesThePlace() {
        Sampling cpu = Sampling.of(Sampling.Event.CPU, NOTHING);
        assertEquals("ctimer", cpu.used());
        assertEquals("each thread's CPU-time timer, without the kernel's frames: perf events are refused (not permitted, "
            + "kernel.perf_event_paranoid is 3)", cpu.why());
    }

    @Test
    void aContainerThatHidesTheSystemCallIsNoHostThatForbidsIt() {
        Sampling cpu = Sampling.of(Sampling.Event.CPU, new PerfEvents(PerfEvents.ENOSYS, PerfEvents.ENOSYS, true, ""));
        assertEquals("ctimer", cpu.used());
        assertTrue(cpu.why().endsWith("(the kernel has no perf events, or a filter hides them)"), cpu.why());
    }

    @ParameterizedTest
    @EnumSource(value = Sampling.Event.class, names = "CPU", mode = EnumSource.Mode.EXCLUDE)
    void theOtherEventsNeedNoPermission(Sampling.Event event) {
        assertEquals(Sampling.of(event, ALL), Sampling.of(event, NOTHING));
        assertEquals("", Sampling.of(event, NOTHING).why());
        assertEquals(event.isTime(), event.nothing().isEmpty());
    }
}
