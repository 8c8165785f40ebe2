package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link MachineSpec#dsbSleeps}: senders that sleep until the core that they wait for wakes them. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SleepingDsbTest {
    private static MachineSpec cores(int count, InterconnectKind kind) {
        return MachineSpec.of(count).interconnect(kind).dsbSleeps(true);
    }

    private static long shoot(Core core) {
        core.tlbi(Tlbi.vmalle1is());
        core.dsb();
        return core.issued();
    }

    private static void awaitSleepOf(Machine machine, int id) {
        Core core = machine.core(id);
        Await.until("core " + id + " sleeps", core::isAsleep);
    }

    /** Fails if nobody wakes the sender: the exception would say so. */
    @ParameterizedTest
    @EnumSource
    void theLastAcknowledgementWakesTheSender(InterconnectKind kind) {
        try (Workbench bench = new Workbench(cores(3, kind))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Long> sender = bench.begin(0, SleepingDsbTest::shoot);
            awaitSleepOf(bench.machine, 0);
            assertEquals(0, bench.machine.core(1).counts().wakeUps());
            deafness.end();
            Workbench.result(sender);
            Workbench.result(deaf);
            assertEquals(1, bench.ask(1, Core::counts).wakeUps());
        }
    }

    /** It never acknowledges: its thread is this test's, which does not serve. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatGoesOfflineWakesTheSender(InterconnectKind kind) {
        try (Workbench bench = new Workbench(cores(2, kind).adopted(1))) {
            Core leaver = bench.machine.adopt(0);
            CompletableFuture<Long> sender = bench.begin(1, SleepingDsbTest::shoot);
            awaitSleepOf(bench.machine, 1);
            bench.machine.release(leaver);
            Workbench.result(sender);
            assertEquals(0, leaver.counts().served());
            assertEquals(1, leaver.counts().wakeUps());
        }
    }

    /** Fails if a sleeping sender could not be woken by others, or took their wake-up for its own. */
    @ParameterizedTest
    @EnumSource
    void aSleepingSenderStillServesItsPort(InterconnectKind kind) {
        try (Workbench bench = new Workbench(cores(3, kind))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(2, deafness);
            deafness.awaitBegin();
            CompletableFuture<Long> sender = bench.begin(0, SleepingDsbTest::shoot);
            for (int round = 0; round < 3; round++) {
                awaitSleepOf(bench.machine, 0);
                long sequence = bench.ask(1, core -> {
                    core.tlbi(Tlbi.vmalle1is());
                    while (!bench.hasAcknowledged(0, 1, core.issued())) {
                        core.relax(0); // as a DSB would, at core 0
                    }
                    core.waited();
                    return core.issued();
                });
                assertTrue(bench.hasAcknowledged(0, 1, sequence));
            }
            awaitSleepOf(bench.machine, 0);
            assertTrue(bench.ask(1, Core::counts).wakeUps() >= 3);
            deafness.end();
            Workbench.result(sender);
            Workbench.result(deaf);
        }
    }

    /** The one sleeps when the other begins to wait for it. */
    @ParameterizedTest
    @EnumSource
    void twoSendersThatSleepOnEachOtherWakeEachOther(InterconnectKind kind) {
        try (Workbench bench = new Workbench(cores(2, kind))) {
            for (int round = 0; round < 50; round++) {
                Deafness deafness = new Deafness(SleepingDsbTest::shoot);
                CompletableFuture<Boolean> one = bench.begin(1, deafness);
                deafness.awaitBegin();
                CompletableFuture<Long> other = bench.begin(0, SleepingDsbTest::shoot);
                awaitSleepOf(bench.machine, 0);
                deafness.end();
                Workbench.result(other);
                Workbench.result(one);
            }
        }
    }

    /** A wake-up lost would end in a CoreStuckException. Idle cores sleep too, so that both pairs are at work. */
    @ParameterizedTest
    @CsvSource({"RING, 4, 2, 4000", "INBOXES, 4, 2, 4000", "RING, 100, 100, 5", "INBOXES, 100, 100, 5"})
    void noWakeUpIsLost(InterconnectKind kind, int cores, int senders, int each) {
        AtomicInteger finished = new AtomicInteger();
        Machine machine = new Machine(cores(cores, kind).idle(IdlePolicy.PARK));
        try (machine) {
            machine.start();
            for (int sender = 0; sender < senders; sender++) {
                SplittableRandom random = new SplittableRandom(sender);
                int[] left = {each};
                machine.run(sender, core -> {
                    for (int pause = random.nextInt(4) == 0 ? random.nextInt(60) : 0; pause > 0; pause--) {
                        core.giveUpCpu(); // deaf: so that others sleep on it
                    }
                    shoot(core);
                    if (--left[0] == 0) {
                        finished.incrementAndGet();
                        machine.run(core.id(), null);
                    }
                    return 1;
                });
            }
            Await.until("all shootdowns are over", () -> {
                machine.checkAlive();
                return finished.get() == senders;
            });
        }
        CoreCounts counts = machine.counts();
        assertEquals((long) senders * each, counts.tlbis());
        assertEquals((long) cores * senders * each, counts.served());
    }

    /** Its interrupt is for the program that it carries, and kept for that; it must not end each of its sleeps at once. */
    @ParameterizedTest
    @EnumSource
    void aSenderWhoseThreadIsInterruptedSleepsOnAndStaysInterrupted(InterconnectKind kind) throws InterruptedException {
        try (Workbench bench = new Workbench(cores(2, kind))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> sender = bench.begin(0, core -> {
                shoot(core);
                return Thread.interrupted();
            });
            awaitSleepOf(bench.machine, 0);
            Thread thread = bench.machine.core(0).thread();
            thread.interrupt();
            Thread.sleep(100); // it may look once
            long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
            Thread.sleep(300);
            long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) - before;
            assertTrue(used < 5_000_000, "asleep for 300 ms it has used " + used + " ns");
            deafness.end();
            assertTrue(Workbench.result(sender), "still interrupted");
            Workbench.result(deaf);
        }
    }

    /**
     * Core 1 is deaf until the senders that sleep on it have served core 0's operation. Fails, with core 1's name, if they
     * are woken only when their turn comes to be waited for.
     */
    @ParameterizedTest
    @EnumSource
    void aDsbWakesAllSleepingSendersBeforeItWaitsForOne(InterconnectKind kind) {
        try (Workbench bench = new Workbench(cores(4, kind).patience(TimeUnit.SECONDS.toNanos(3)))) {
            AtomicBoolean deafNow = new AtomicBoolean();
            CompletableFuture<Boolean> deaf = bench.begin(1, core -> {
                deafNow.set(true);
                Await.until("the others have served", () -> bench.machine.core(0).issued() >= 0
                    && bench.hasAcknowledged(2, 0, bench.machine.core(0).issued())
                    && bench.hasAcknowledged(3, 0, bench.machine.core(0).issued()));
                return true;
            });
            Await.until("core 1 is deaf", deafNow::get);
            List<CompletableFuture<Long>> senders = List.of(bench.begin(2, SleepingDsbTest::shoot),
                bench.begin(3, SleepingDsbTest::shoot));
            awaitSleepOf(bench.machine, 2);
            awaitSleepOf(bench.machine, 3);
            bench.tell(0, SleepingDsbTest::shoot);
            Workbench.result(deaf);
            senders.forEach(Workbench::result);
        }
    }

    /** Joining acknowledges as well. Fails if only a served port wakes, and going offline. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatComesOnlineWakesWhoHasAnnouncedHimself(InterconnectKind kind) {
        try (Workbench bench = new Workbench(cores(2, kind))) {
            Core late = bench.machine.core(1);
            bench.machine.takeOffline(1, null);
            ((SleepingWait) late.dsbWait).announce(0);
            assertEquals(0, late.counts().wakeUps());
            bench.machine.bringOnline(1, null);
            assertEquals(1, bench.ask(1, Core::counts).wakeUps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void coresThatComeAndGoLeaveNoSenderAsleep(InterconnectKind kind) {
        try (Machine machine = new Machine(cores(4, kind).capacity(4))) {
            for (int id = 0; id < 4; id++) {
                machine.run(id, core -> {
                    shoot(core);
                    return 1;
                });
            }
            machine.start();
            for (int round = 0; round < 300; round++) {
                machine.takeOffline(3, null);
                machine.bringOnline(3, null);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofACoreThatDiesTheSenderHears(InterconnectKind kind) {
        IllegalStateException bug = new IllegalStateException("a bug in the program");
        AtomicBoolean die = new AtomicBoolean();
        Machine machine = new Machine(cores(2, kind).adopted(1));
        Core sender = machine.adopt(0);
        machine.start();
        machine.run(1, core -> {
            Await.until("it shall die", die::get);
            throw bug;
        });
        CompletableFuture<Void> reaper = CompletableFuture.runAsync(() -> {
            awaitSleepOf(machine, 0);
            die.set(true);
        });
        MachineFailedException heard = assertThrows(MachineFailedException.class, () -> shootUntilItFails(sender));
        reaper.join();
        assertSame(bug, heard.getCause());
        assertThrows(MachineFailedException.class, machine::close);
    }

    private static void shootUntilItFails(Core core) {
        while (true) {
            shoot(core); // the first may come before the other has its program
        }
    }

    /** Patience is counted in sleep as it is awake. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatDoesNotAnswerIsNamedByASleepingSenderToo(InterconnectKind kind) {
        AtomicBoolean over = new AtomicBoolean();
        Machine machine = new Machine(cores(2, kind).adopted(1).patience(TimeUnit.SECONDS.toNanos(3)));
        Core sender = machine.adopt(0);
        try {
            machine.start();
            machine.run(1, core -> {
                while (!over.get()) {
                    Thread.yield();
                }
                return 0;
            });
            CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> shootUntilItFails(sender));
            assertEquals(1, stuck.laggard());
            assertTrue(stuck.getMessage().matches("(?s)core-000 has waited [0-9]+ ms for core-001, which has "
                + "acknowledged up to sequence [0-9]+ and is waited for at [0-9]+; core-001 is RUNNABLE.*"),
                stuck.getMessage());
        } finally {
            over.set(true);
        }
        assertThrows(MachineFailedException.class, machine::close);
    }
}
