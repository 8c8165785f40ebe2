package dev.salvo.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.HardwareFault;
import dev.salvo.engine.MachineSpec;
import dev.salvo.results.PeerRow.Work;
import org.junit.jupiter.api.Test;

/** That the machine's own TLBs and counts would show it if the machine did not deliver. */
class MachineBroadcastTest {
    private static final Turn.Point POINT = new Turn.Point(1, 32, Work.TLB);
    private static final long PATIENCE_MILLIS = 600_000;

    @Test
    void aPageThatNobodySentIsStillHeldAndAllThatWereSentAreNot() {
        try (Crew crew = Small.crew(PATIENCE_MILLIS)) {
            MachineBroadcast machine = new MachineBroadcast(MachineSpec.of(Small.CORES), Work.TLB);
            crew.run(seat -> { }, machine::join);
            Turn nothing = new Turn(machine, new Turn.Point(0, 32, Work.TLB), 0);
            crew.run(nothing::sitDown, nothing);
            crew.seats().forEach(seat -> assertEquals(0, machine.firstHeldPage(seat)));
            Turn turn = new Turn(machine, POINT, 1_000_000);
            crew.run(turn::sitDown, turn);
            long sent = crew.seats().get(0).sent();
            assertTrue(turn.nsPerPage(crew.seats()) > 0);
            crew.seats().forEach(seat -> assertEquals(Math.min(sent, Seat.PAGES), machine.firstHeldPage(seat)));
        }
    }

    /** Words are overwritten before all have read them: a core takes fewer than were sent, or waits for one for ever. */
    @Test
    void aMachineThatLosesOperationsIsFound() {
        try (Crew crew = Small.crew(10_000)) {
            MachineBroadcast broken = new MachineBroadcast(
                MachineSpec.of(Small.CORES).fault(HardwareFault.OVERWRITE_WHEN_FULL).capacity(2), Work.TLB);
            assertThrows(UndeliveredException.class, () -> Small.turn(crew, broken, POINT));
        }
    }
}
