package dev.salvo.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PteTest {
    private static final int FRAME = PhysicalMemory.frame(1023, PhysicalMemory.MAX_FRAMES_PER_BANK - 1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, (1 << 28) - 1})
    void everyKindOfEntryLeadsToItsFrame(int frame) {
        assertEquals(frame, Pte.frame(Pte.readOnly(frame)));
        assertEquals(frame, Pte.frame(Pte.writableClean(frame)));
        assertEquals(frame, Pte.frame(Pte.writableDirty(frame)));
        assertEquals(frame, Pte.frame(Pte.writableDirty(frame) | Pte.SOFTWARE_DIRTY));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 2047, 2049, (1L << 40) + 5})
    void anEntryTellsTheGenerationThatItWasStoredUnder(long generation) {
        long pte = Pte.stamped(Pte.wrprotected(Pte.stamped(Pte.writableDirty(FRAME), generation)), 0);
        assertEquals(FRAME, Pte.frame(pte));
        assertTrue(Pte.isDirty(pte));
        for (long found = generation; found < generation + 2048; found++) {
            assertEquals(generation, Pte.generation(pte, found));
            assertEquals(generation, Pte.generation(Pte.dirtied(pte), found));
        }
        assertEquals(generation + 2048, Pte.generation(pte, generation + 2048), "which cannot be told from it");
    }

    @Test
    void anEntryThatKeepsNoGenerationLeadsToAFrameThatIsLive() {
        assertEquals(7, Pte.generation(Pte.readOnly(FRAME), 7));
        assertEquals(7, Pte.generation(Pte.readOnly(FRAME), 8), "not 8: free");
        assertEquals(-1, Pte.generation(Pte.readOnly(FRAME), 0), "not 0: never allocated");
    }

    @Test
    void aReadOnlyEntryIsCleanAndTakesNoStores() {
        long pte = Pte.readOnly(FRAME);
        assertTrue(Pte.isValid(pte));
        assertFalse(Pte.isWritable(pte));
        assertFalse(Pte.takesStores(pte));
        assertFalse(Pte.isDirty(pte));
        assertTrue((pte & Pte.ACCESSED) != 0);
    }

    @Test
    void aWritableCleanEntryBecomesDirtyByItsFirstStore() {
        long pte = Pte.writableClean(FRAME);
        assertTrue(Pte.isValid(pte));
        assertTrue(Pte.isWritable(pte));
        assertFalse(Pte.takesStores(pte));
        assertFalse(Pte.isDirty(pte));
        assertEquals(Pte.writableDirty(FRAME), Pte.dirtied(pte));
    }

    @Test
    void aDirtyEntryTakesStores() {
        long pte = Pte.writableDirty(FRAME);
        assertTrue(Pte.isValid(pte));
        assertTrue(Pte.isWritable(pte));
        assertTrue(Pte.takesStores(pte));
        assertTrue(Pte.isDirty(pte));
        assertEquals(pte, Pte.dirtied(pte));
    }

    /** As mprotect leaves a dirty page. */
    @Test
    void aDirtyEntryThatWasMadeReadOnlyKeepsItsDirtinessInSoftwaresBit() {
        long pte = Pte.readOnly(FRAME) | Pte.SOFTWARE_DIRTY;
        assertTrue(Pte.isDirty(pte));
        assertFalse(Pte.takesStores(pte));
        assertFalse(Pte.isWritable(pte));
    }

    @Test
    void noneIsNotValidAndNothingElse() {
        assertFalse(Pte.isValid(0));
        assertFalse(Pte.isWritable(0));
        assertFalse(Pte.takesStores(0));
        assertFalse(Pte.isDirty(0));
        assertFalse(Pte.takesStores(Pte.writableDirty(FRAME) & ~Pte.VALID),
            "a fault takes no store whatever else it says");
        assertFalse(Pte.isWritable(Pte.writableDirty(FRAME) & ~Pte.VALID));
    }
}
