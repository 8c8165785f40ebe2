package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsuitableHostExceptionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unable to create native thread: possibly out of memory | no more threads can be started | pids.max",
        "Java heap space                                        | not enough memory (Java heap space, | java -Xmx",
        "GC overhead limit exceeded                             | not enough memory (GC overhead | java -Xmx",
        "Direct buffer memory                                   | not enough memory outside the heap | MaxDirectMemorySize",
        "Cannot reserve 9 bytes of direct buffer memory         | not enough memory outside the heap | MaxDirectMemorySize"
    })
    void aShortageIsALineThatSaysWhatHelps(String error, String said, String helps) {
        String message = UnsuitableHostException.of(new OutOfMemoryError(error)).getMessage();
        assertTrue(message.startsWith(said) && message.contains(error) && message.contains(helps), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void aShortageWithoutAWordIsALineToo() {
        assertEquals(1, UnsuitableHostException.of(new OutOfMemoryError()).getMessage().lines().count());
    }

    @Test
    void itIsFoundBehindWhateverItLedTo() {
        PinningException pinning = new PinningException("cannot pin");
        RuntimeException failure = new IllegalStateException("core died", new RuntimeException(pinning));
        UnsuitableHostException found = UnsuitableHostException.behind(failure).orElseThrow();
        assertEquals("cannot pin", found.getMessage());
        assertSame(failure, found.getCause());
        assertTrue(UnsuitableHostException.behind(new RuntimeException(new OutOfMemoryError("Java heap space")))
            .orElseThrow().getMessage().startsWith("not enough memory"));
        assertEquals(Optional.empty(), UnsuitableHostException.behind(new IllegalStateException("a bug")));
    }
}
