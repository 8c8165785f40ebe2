package dev.salvo.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.YieldPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTableTest {
    private static final long LAST_PAGE = (1L << 36) - 1;

    /** Pages that share all, some or no levels of the tree; every operation against a map. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aTableOfSparsePagesAnswersAsAMapDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PageTable table = new PageTable();
        Map<Long, Long> model = new HashMap<>();
        long[] pages = new long[200];
        for (int i = 0; i < pages.length; i++) {
            int level = random.nextInt(5);
            pages[i] = level == 4 ? i : (random.nextLong() & LAST_PAGE) >>> 9 * level << 9 * level | random.nextInt(3);
        }
        pages[0] = 0;
        pages[1] = LAST_PAGE;
        for (int i = 0; i < 20_000; i++) {
            long page = pages[random.nextInt(pages.length)];
            long pte = random.nextInt(4) == 0 ? 0 : random.nextLong();
            long was = model.getOrDefault(page, 0L);
            switch (random.nextInt(4)) {
                case 0 -> {
                    table.set(page, pte);
                    model.put(page, pte);
                }
                case 1 -> {
                    assertEquals(was, table.getAndSet(page, pte));
                    model.put(page, pte);
                }
                case 2 -> {
                    // A leaf that was never made holds nothing that could be replaced, not even by nothing.
                    boolean replaced = table.compareAndSet(page, was, pte);
                    assertTrue(replaced || was == 0);
                    if (replaced) {
                        model.put(page, pte);
                    }
                }
                default -> assertFalse(table.compareAndSet(page, was + 1, pte));
            }
            assertEquals(model.getOrDefault(page, 0L), table.walk(page));
        }
        for (long page : pages) {
            assertEquals(model.getOrDefault(page, 0L), table.walk(page));
        }
    }

    @Test
    void neighboursAtEveryLevelOfTheTreeAreDifferentPages() {
        PageTable table = new PageTable();
        for (int level = 0; level < 4; level++) {
            table.set(1L << 9 * level, Pte.readOnly(level + 1));
        }
        for (int level = 0; level < 4; level++) {
            assertEquals(level + 1, Pte.frame(table.walk(1L << 9 * level)));
        }
        assertEquals(0, table.walk(0));
        assertEquals(0, table.walk(2));
        assertEquals(0, table.walk(LAST_PAGE));
    }

    /**
     * A walker makes the entry dirty whenever it finds it clean; software takes the entry and puts a clean one back,
     * and counts the dirty ones it took. Every dirtiness that a walker was told it had set must be met by somebody.
     * Fails if software took the entry with a load and a store.
     */
    @Test
    void noDirtinessIsLostBetweenAWalkerAndSoftwareThatTakesTheEntry() throws InterruptedException {
        PageTable table = new PageTable();
        long clean = Pte.writableClean(7);
        table.set(3, clean);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Long> walker = CompletableFuture.supplyAsync(() -> {
            long made = 0;
            begun.countDown();
            while (!over.get()) {
                long pte = table.walk(3);
                if (Pte.isWritable(pte) && !Pte.isDirty(pte) && table.compareAndSet(3, pte, Pte.dirtied(pte))) {
                    made++;
                }
            }
            return made;
        });
        begun.await();
        long taken = 0;
        YieldPolicy yieldPolicy = new YieldPolicy(2);
        for (int round = 0; round < 500_000; round++) {
            if (Pte.isDirty(table.getAndSet(3, 0))) {
                taken++;
            }
            table.set(3, clean); // nobody dirties an entry that is not there
            if (round % 64 == 0) {
                yieldPolicy.giveUpCpu();
            }
        }
        over.set(true);
        long made = walker.join();
        if (Pte.isDirty(table.walk(3))) {
            taken++;
        }
        assertEquals(made, taken);
        assertTrue(made > 0, "they never met");
    }

    @Test
    void aTableThatIsTakenAwayTakesItsEntriesAlongAndNoOthers() {
        PageTable table = new PageTable();
        table.set(511, Pte.readOnly(1));
        table.set(512, Pte.readOnly(2));
        table.set(1024, Pte.readOnly(3));
        table.removeTable(700);
        assertFalse(table.hasTable(512));
        assertEquals(0, table.walk(512));
        assertFalse(table.compareAndSet(512, 0, 1));
        assertEquals(Pte.readOnly(1), table.walk(511));
        assertEquals(Pte.readOnly(3), table.walk(1024));
        table.set(513, Pte.readOnly(4)); // which makes a new one
        assertTrue(table.hasTable(1023));
        assertEquals(0, table.walk(512));
    }

    @Test
    void aTableThatIsHungInElsewhereLeadsToTheSameFramesFromThere() {
        PageTable table = new PageTable();
        table.set(512, Pte.readOnly(1));
        table.set(1023, Pte.readOnly(2));
        table.moveTable(512, LAST_PAGE & -512);
        assertFalse(table.hasTable(512));
        assertEquals(Pte.readOnly(1), table.walk(LAST_PAGE - 511));
        assertEquals(Pte.readOnly(2), table.walk(LAST_PAGE));
    }

    /** Fails if a table is linked before it is zeroed, or an entry is published before the tables above it. */
    @Test
    void aWalkerMeetsNoHalfMadeTable() throws InterruptedException {
        PageTable table = new PageTable();
        SplittableRandom random = new SplittableRandom(11);
        long[] pages = random.longs(20_000).map(page -> page & LAST_PAGE).toArray();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> walker = CompletableFuture.runAsync(() -> {
            begun.countDown();
            for (int i = 0; !over.get(); i = (i + 1) % pages.length) {
                long pte = table.walk(pages[i]);
                assertTrue(pte == 0 || pte == Pte.readOnly(i), "page " + pages[i]);
                assertEquals(0, table.walk(pages[i] ^ 1));
            }
        });
        begun.await();
        for (int i = 0; i < pages.length; i++) {
            table.set(pages[i], Pte.readOnly(i));
        }
        over.set(true);
        walker.join();
        for (int i = 0; i < pages.length; i++) {
            assertEquals(Pte.readOnly(i), table.walk(pages[i]));
        }
    }
}
