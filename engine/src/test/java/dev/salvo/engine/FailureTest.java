package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.CpuSet;
import dev.salvo.engine.host.UnsuitableHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of a machine when a core dies or hangs: everybody who waits hears of it, and everything is given back.
 */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailureTest {
    /** So long that a core which is only waiting for the busy host's CPU is not taken for one that is stuck. */
    private static final long SHORT = TimeUnit.SECONDS.toNanos(3);
    private static final IllegalStateException BUG = new IllegalStateException("a bug in the program");

    private static int throwBug(Core core) {
        throw BUG;
    }

    @ParameterizedTest
    @EnumSource
    void aCoreWhoseProgramThrowsFailsWaitersAndClose(InterconnectKind kind) {
        Machine machine = new Machine(MachineSpec.of(3).interconnect(kind).adopted(1));
        Core waiter = machine.adopt(0);
        machine.start();
        machine.run(2, FailureTest::throwBug);
        // Sooner or later a DSB meets the dead core.
        MachineFailedException heard = assertThrows(MachineFailedException.class, () -> {
            while (true) {
                waiter.tlbi(Tlbi.vmalle1is());
                waiter.dsb();
            }
        });
        assertEquals("core-002 died: java.lang.IllegalStateException: a bug in the program", heard.getMessage());
        assertSame(BUG, heard.getCause());
        assertEquals(2, heard.dead());
        MachineFailedException closed = assertThrows(MachineFailedException.class, machine::close);
        assertSame(BUG, closed.getCause());
        assertEquals(2, closed.dead(), "and not one that has only heard of it");
        assertFalse(machine.core(1).thread().isAlive(), "the core that lived has stopped");
    }

    /** What is the host's doing is no failure of the machine's: whoever waits for the core hears of it as what it is. */
    @Test
    void aCoreThatDiesOfAShortageIsTheHostsDoing() {
        Machine machine = new Machine(MachineSpec.of(2));
        machine.run(1, core -> {
            throw new OutOfMemoryError("Cannot reserve 4096 bytes of direct buffer memory");
        });
        assertThrows(UnsuitableHostException.class, () -> {
            machine.start(); // may or may not hear of it yet
            Await.until("the core is dead", () -> !machine.core(1).thread().isAlive());
            machine.checkAlive();
        });
        assertTrue(assertThrows(UnsuitableHostException.class, machine::close).getMessage()
            .startsWith("not enough memory outside the heap"));
        assertFalse(machine.core(0).thread().isAlive());
    }

    /**
     * The body and close both fail, with the same news. If they threw the same exception, Java could not suppress it
     * with itself, and an IllegalArgumentException would hide both.
     */
    @Test
    void inATryWithResourcesTheDeathIsReportedAndNotHidden() {
        MachineFailedException heard = assertThrows(MachineFailedException.class, () -> {
            try (Machine machine = new Machine(MachineSpec.of(2).adopted(1))) {
                machine.adopt(0);
                machine.start();
                machine.run(1, FailureTest::throwBug);
                Await.until("the core is dead", () -> !machine.core(1).thread().isAlive());
                machine.core(0).relax(1);
            }
        });
        assertSame(BUG, heard.getCause());
        assertEquals(1, heard.getSuppressed().length);
        assertNotSame(heard, heard.getSuppressed()[0]);
        assertSame(BUG, heard.getSuppressed()[0].getCause());
    }

    @Test
    void afterAFailureTheAdoptedThreadHasItsNameAndItsCpusBack() {
        CpuSet mask = CpuPinning.mask();
        String name = Thread.currentThread().getName();
        Machine machine = new Machine(MachineSpec.of(2).adopted(1));
        Core adopted = machine.adopt(0);
        machine.start();
        adopted.tlbi(Tlbi.vmalle1is()); // and a TLBI under way, which now completes no more
        machine.run(1, FailureTest::throwBug);
        Await.until("the core is dead", () -> !machine.core(1).thread().isAlive());
        assertThrows(MachineFailedException.class, machine::close);
        assertEquals(mask, CpuPinning.mask());
        assertEquals(name, Thread.currentThread().getName());
    }

    @Test
    void closeMayBeCalledAgainAndSaysTheSame() {
        Machine machine = new Machine(MachineSpec.of(2));
        machine.run(1, FailureTest::throwBug);
        assertThrows(MachineFailedException.class, () -> {
            machine.start(); // may or may not hear of it yet
            Await.until("the core is dead", () -> !machine.core(1).thread().isAlive());
            machine.close();
        });
        assertSame(BUG, assertThrows(MachineFailedException.class, machine::close).getCause());
        assertSame(BUG, assertThrows(MachineFailedException.class, machine::close).getCause());
        assertFalse(machine.core(0).thread().isAlive());
    }

    /** A core that sleeps and one that is offline look at nothing; close wakes both. */
    @Test
    void sleepersAndCoresOfflineEndAfterAFailureToo() {
        Machine machine = new Machine(MachineSpec.of(4).idle(IdlePolicy.PARK));
        machine.start();
        machine.takeOffline(2, null);
        Await.until("a core sleeps", () -> machine.core(1).thread().getState() == Thread.State.WAITING);
        machine.run(3, FailureTest::throwBug);
        Await.until("the core is dead", () -> !machine.core(3).thread().isAlive());
        assertThrows(MachineFailedException.class, machine::close);
        for (int id = 0; id < 4; id++) {
            assertFalse(machine.core(id).thread().isAlive(), "core " + id);
        }
    }

    @Test
    void aStartThatFailsSaysWhichCoreAndWhy() {
        Machine machine = new Machine(MachineSpec.of(3).frames(core -> core == 1 ? -1 : 0));
        MachineFailedException failed = assertThrows(MachineFailedException.class, machine::start);
        assertEquals("core-001 died: java.lang.IllegalArgumentException: a bank of -1 frames: 0..262144",
            failed.getMessage());
        assertThrows(MachineFailedException.class, machine::close);
        assertFalse(machine.core(0).thread().isAlive());
    }

    @Test
    void anAdoptionThatFailsLeavesThreadAndCoreAsTheyWere() {
        AtomicBoolean memory = new AtomicBoolean();
        CpuSet mask = CpuPinning.mask();
        String name = Thread.currentThread().getName();
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1).frames(core -> memory.get() ? 1 : -1))) {
            assertThrows(IllegalArgumentException.class, () -> machine.adopt(0));
            assertEquals(mask, CpuPinning.mask());
            assertEquals(name, Thread.currentThread().getName());
            memory.set(true);
            assertTrue(machine.adopt(0).isOnline());
        }
    }

    @Test
    void aPageFaultThatNobodyHandlesIsAnErrorOfTheAccess() {
        try (Machine machine = new Machine(MachineSpec.of(1).adopted(1))) {
            Core core = machine.adopt(0);
            IllegalStateException fault = assertThrows(IllegalStateException.class, () -> core.load(9, 0x1234_5678L));
            assertEquals("page fault at 0x12345678 of address space 9 on core 0, and no handler", fault.getMessage());
        }
    }

    // ---- cores that do not answer

    @ParameterizedTest
    @EnumSource
    void aCoreThatWaitsTooLongFailsTheMachine(InterconnectKind kind) {
        AtomicBoolean over = new AtomicBoolean();
        Machine machine = new Machine(MachineSpec.of(2).interconnect(kind).patience(SHORT));
        try {
            machine.start();
            machine.run(1, core -> spinUntil(over));
            machine.run(0, core -> {
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
                return 1;
            });
            Await.until("the core that waits has given up", () -> !machine.core(0).thread().isAlive());
            over.set(true);
            MachineFailedException failed = assertThrows(MachineFailedException.class, machine::close);
            CoreStuckException stuck = assertInstanceOf(CoreStuckException.class, failed.getCause());
            assertEquals(1, stuck.laggard());
        } finally {
            over.set(true);
        }
    }

    /** Who waits is no core that the machine could see die, and nobody else may ever wait for the one that is stuck. */
    @ParameterizedTest
    @EnumSource
    void aDsbThatIsStuckOnAnAdoptedCoreFailsTheMachineAtOnce(InterconnectKind kind) {
        AtomicBoolean over = new AtomicBoolean();
        Machine machine = new Machine(MachineSpec.of(3).interconnect(kind).adopted(1).patience(SHORT));
        Core sender = machine.adopt(0);
        try {
            machine.start();
            machine.run(2, core -> spinUntil(over));
            CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> {
                while (true) {
                    sender.tlbi(Tlbi.vmalle1is());
                    sender.dsb();
                }
            });
            assertEquals(2, stuck.laggard());
            assertSame(stuck, assertThrows(MachineFailedException.class, machine::checkAlive).getCause());
            Await.until("another core has heard of it", () -> !machine.core(1).thread().isAlive());
            long begun = System.nanoTime();
            assertSame(stuck, assertThrows(MachineFailedException.class, machine::close).getCause());
            assertTrue(System.nanoTime() - begun < SHORT, "nothing is waited for once more");
            assertSame(stuck, assertThrows(MachineFailedException.class, machine::close).getCause());
        } finally {
            over.set(true);
        }
    }

    /** It would wait for its own thread to end. */
    @Test
    void aProgramCannotCloseTheMachineThatItRunsOn() {
        AtomicReference<Throwable> heard = new AtomicReference<>();
        Machine machine = new Machine(MachineSpec.of(2).patience(SHORT));
        machine.start();
        machine.run(1, core -> {
            try {
                machine.close();
            } catch (RuntimeException refused) {
                heard.set(refused);
            }
            machine.run(1, null);
            return 1;
        });
        Await.until("it has been refused", () -> heard.get() != null);
        assertInstanceOf(IllegalStateException.class, heard.get());
        assertEquals("core-001 cannot close its own machine: it would wait for itself to end", heard.get().getMessage());
        machine.close();
    }

    /** Fails if the Misc Node is stopped under a core that waits for it, or a thread of the machine is left. */
    @Test
    void anInterruptDoesNotKeepCloseFromWaitingForCoresInADsb() {
        Clock clock = Clock.paced(PacedMachines.usual(2), 1_000_000); // a shootdown takes some tenths of a second
        Workbench bench = new Workbench(MachineSpec.of(2).clock(clock));
        bench.machine.startClock();
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<Boolean> shootdown = bench.begin(0, core -> {
            core.tlbi(Tlbi.vmalle1is());
            begun.set(true);
            core.dsb();
            return true;
        });
        Await.until("the core is in its DSB", begun::get);
        Thread.currentThread().interrupt();
        try {
            bench.close();
        } finally {
            assertTrue(Thread.interrupted(), "who has interrupted is not forgotten");
        }
        assertTrue(shootdown.isDone());
        assertFalse(bench.machine.core(0).thread().isAlive());
    }

    /** Fails if a full interconnect is waited for without end, or with another core blamed. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatNeverMakesRoomIsNamed(InterconnectKind kind) {
        AtomicBoolean over = new AtomicBoolean();
        Machine machine = new Machine(MachineSpec.of(3).interconnect(kind).capacity(4).adopted(1).patience(SHORT));
        Core waiter = machine.adopt(0);
        try {
            machine.start();
            machine.run(2, core -> spinUntil(over));
            CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    waiter.tlbi(Tlbi.vmalle1is());
                }
            });
            assertEquals(2, stuck.laggard());
            assertTrue(stuck.getMessage().contains("spinUntil"), stuck.getMessage());
        } finally {
            over.set(true);
        }
        assertThrows(MachineFailedException.class, machine::close);
    }

    /** In an inbox machine an operation that found no room may be with some cores already. */
    @Test
    void afterAnOperationThatStuckAnotherIsRefused() {
        AtomicBoolean over = new AtomicBoolean();
        MachineSpec spec = MachineSpec.of(2).interconnect(InterconnectKind.INBOXES).capacity(2).adopted(1)
            .patience(SHORT);
        Machine machine = new Machine(spec);
        Core waiter = machine.adopt(0);
        try {
            machine.start();
            machine.run(1, core -> spinUntil(over));
            AtomicInteger page = new AtomicInteger(); // how far it comes depends on when core 1 turns deaf
            assertThrows(CoreStuckException.class, () -> {
                while (page.get() < 1_000) {
                    waiter.tlbi(Tlbi.vale1is(1, page.get()));
                    page.incrementAndGet();
                }
            });
            IllegalStateException refused = assertThrows(IllegalStateException.class,
                () -> waiter.tlbi(Tlbi.aside1is(7)));
            assertEquals("core 0 issues ASIDE1IS asid=7 with VALE1IS asid=1 page=0x" + Integer.toHexString(page.get())
                + " posted to some cores only", refused.getMessage());
        } finally {
            over.set(true);
        }
        assertThrows(MachineFailedException.class, machine::close);
    }

    /** A wait for a lock is for nobody in particular. */
    @Test
    void aWaitForNobodyInParticularShowsTheWaitersOwnStack() {
        Machine machine = new Machine(MachineSpec.of(1).adopted(1).patience(SHORT));
        Core core = machine.adopt(0);
        CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> waitForALockThatNobodyFrees(core));
        assertEquals(-1, stuck.laggard());
        assertTrue(stuck.getMessage().matches("(?s)core-000 has waited [0-9]+ ms; core-000 is RUNNABLE.*"
            + "waitForALockThatNobodyFrees.*"), stuck.getMessage());
        assertSame(stuck, assertThrows(MachineFailedException.class, machine::close).getCause());
    }

    /** Whoever catches the exception and waits again hears of it again, and soon. */
    @Test
    void afterAWaitThatWasTooLongTheNextOneEndsAtOnce() {
        Machine machine = new Machine(MachineSpec.of(1).adopted(1).patience(SHORT));
        Core core = machine.adopt(0);
        assertThrows(CoreStuckException.class, () -> waitForALockThatNobodyFrees(core));
        long begun = System.nanoTime();
        assertThrows(MachineFailedException.class, () -> waitForALockThatNobodyFrees(core));
        assertTrue(System.nanoTime() - begun < SHORT);
        assertThrows(MachineFailedException.class, machine::close);
    }

    private static void waitForALockThatNobodyFrees(Core core) {
        while (true) {
            core.relax(-1);
        }
    }

    @Test
    void aCoreThatIsNotThereIsSaidToBeOffline() {
        Machine machine = new Machine(MachineSpec.of(2).adopted(2).patience(SHORT));
        Core core = machine.adopt(0);
        CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> {
            while (true) {
                core.relax(1);
            }
        });
        assertTrue(stuck.getMessage().matches(
            "core-000 has waited [0-9]+ ms for core-001, which is offline; it has no thread"), stuck.getMessage());
        assertThrows(MachineFailedException.class, machine::close);
    }

    /** Less than a millisecond: where Java counts in milliseconds, 0 would mean for ever. */
    @Test
    void theShortestPatienceDoesNotMakeCloseWaitForEver() {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Thread> spinning = new AtomicReference<>();
        Machine machine = new Machine(MachineSpec.of(1).patience(1));
        try {
            machine.start();
            machine.run(0, core -> {
                spinning.set(Thread.currentThread());
                return spinUntil(over);
            });
            Await.until("the program runs", () -> spinning.get() != null);
            assertThrows(CoreStuckException.class, machine::close);
        } finally {
            over.set(true);
        }
    }

    private static int spinUntil(AtomicBoolean over) {
        while (!over.get()) {
            Thread.yield();
        }
        return 0;
    }
}
