package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerfEventsTest {
    /** Whatever the answer is here: one without the kernel is refused no sooner than one with it. */
    @Test
    void thisHostAnswers() {
        PerfEvents host = PerfEvents.ask();
        assertTrue(host.withKernel() >= 0 && host.userOnly() >= 0, host.toString());
        assertTrue(host.withKernel() != 0 || host.userOnly() == 0, host.toString());
        assertEquals(host, PerfEvents.ask());
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 'not permitted, kernel.perf_event_paranoid is 3'", "13, '', not permitted",
        "38, '', 'the kernel has no perf events, or a filter hides them'", "2, 1, the kernel has no such event",
        "24, 1, errno 24"})
    void aRefusalIsSaidInWords(int errno, String paranoid, String words) {
        assertEquals(words, new PerfEvents(errno, errno, false, paranoid).refusal(errno));
    }

    @ParameterizedTest
    @CsvSource({"Linux, amd64, 298", "Linux, aarch64, 241", "Linux, riscv64, -1", "Mac OS X, aarch64, -1"})
    void theSystemCallHasANumberOnEachArchitecture(String system, String architecture, long number) {
        assertEquals(number, PerfEvents.number(system, architecture));
    }

    @Test
    void oneAddressThatIsNotHiddenIsEnough() {
        assertTrue(PerfEvents.tellsAddresses("0000000000000000 A first\nffffffff81000000 T _text\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0000000000000000 A first\n0000000000000000 T _text\n", "garbage\n"})
    void hiddenAddressesAreNone(String symbols) {
        assertFalse(PerfEvents.tellsAddresses(symbols));
    }
}
