package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TortureProcessTest {
    private final TortureProcess process = new TortureProcess(null, new Region(1, 1));

    @Test
    void aProcessThatEverybodyLeavesLivesOn() {
        assertTrue(process.enter());
        assertTrue(process.enter());
        assertFalse(process.leave());
        assertFalse(process.leave());
        assertTrue(process.enter());
    }

    @Test
    void nobodyEntersADyingProcessAndTheLastToLeaveBuriesIt() {
        process.enter();
        process.enter();
        process.enter();
        process.die();
        assertFalse(process.enter());
        assertFalse(process.leave());
        process.die(); // a second who wants it dead changes nothing
        assertFalse(process.leave());
        assertTrue(process.leave());
        assertFalse(process.enter());
    }

    @Test
    void whoKillsAProcessThatHeIsAloneInBuriesIt() {
        process.enter();
        process.die();
        assertTrue(process.leave());
        assertFalse(process.enter());
    }
}
