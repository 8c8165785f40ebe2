package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MeetingTest {
    private static final int THREADS = 4; // more than many hosts have CPUs

    @Test
    void nobodyGoesOnBeforeAllHaveComeAndTheLastHasDoneItsPart() throws InterruptedException {
        for (int round = 0; round < 100; round++) {
            AtomicInteger came = new AtomicInteger();
            AtomicInteger cameBeforeLast = new AtomicInteger();
            AtomicInteger tooEarly = new AtomicInteger();
            Meeting meeting = new Meeting(THREADS, () -> cameBeforeLast.set(came.get()));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> {
                    came.incrementAndGet();
                    meeting.attend();
                    tooEarly.addAndGet(cameBeforeLast.get() == THREADS ? 0 : 1);
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(THREADS, cameBeforeLast.get());
            assertEquals(0, tooEarly.get());
        }
    }

    /** A thread that slept would leave its CPU, and be no target. */
    @Test
    void whoWaitsRuns() throws InterruptedException {
        Meeting meeting = new Meeting(2, () -> { });
        Thread early = new Thread(meeting::attend);
        early.start();
        for (int i = 0; i < 100; i++) {
            assertTrue(early.getState() == Thread.State.RUNNABLE, early.getState()::toString);
            Thread.sleep(1);
        }
        meeting.attend();
        early.join();
    }

    @Test
    void theOthersGoOnThoughTheLastFails() throws InterruptedException {
        Meeting meeting = new Meeting(2, () -> {
            throw new IllegalStateException("made to fail");
        });
        AtomicInteger failed = new AtomicInteger();
        Thread one = new Thread(() -> {
            try {
                meeting.attend();
            } catch (IllegalStateException expected) {
                failed.incrementAndGet();
            }
        });
        one.start();
        try {
            meeting.attend();
        } catch (IllegalStateException expected) {
            failed.incrementAndGet();
        }
        one.join();
        assertEquals(1, failed.get());
        assertThrows(IllegalStateException.class, () -> new Meeting(1, () -> {
            throw new IllegalStateException("made to fail");
        }).attend());
    }
}
