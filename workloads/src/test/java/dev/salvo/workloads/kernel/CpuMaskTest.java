package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuMaskTest {
    @Test
    void anEmptyMaskHoldsNobody() {
        CpuMask mask = new CpuMask(130);
        for (int core = 0; core < 130; core++) {
            assertFalse(mask.contains(core));
            assertFalse(mask.anyBut(core));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 127, 128, 129})
    void aCoreInTheMaskIsSeenByAllButItself(int member) {
        CpuMask mask = new CpuMask(130);
        mask.add(member);
        mask.add(member);
        for (int core = 0; core < 130; core++) {
            assertEquals(core == member, mask.contains(core));
            assertEquals(core != member, mask.anyBut(core));
        }
        mask.add(member == 0 ? 1 : 0);
        assertTrue(mask.anyBut(member));
    }

    @Test
    void aCoreThatIsTakenOutIsGoneAndTheOthersAreNot() {
        CpuMask mask = new CpuMask(130);
        for (int core : new int[] {0, 63, 64, 129}) {
            mask.add(core);
        }
        mask.remove(64);
        mask.remove(64);
        mask.remove(1);
        assertEquals(List.of(0, 63, 129), members(mask));
        assertFalse(mask.contains(64));
        mask.add(64);
        assertEquals(List.of(0, 63, 64, 129), members(mask));
    }

    private static List<Integer> members(CpuMask mask) {
        List<Integer> members = new ArrayList<>();
        for (int core = mask.next(0); core >= 0; core = mask.next(core + 1)) {
            members.add(core);
        }
        return members;
    }

    @Test
    void theNextCoreIsTheFirstThatIsNotBelow() {
        CpuMask mask = new CpuMask(130);
        assertEquals(-1, mask.next(0));
        mask.add(63);
        mask.add(128);
        assertEquals(63, mask.next(0));
        assertEquals(63, mask.next(63));
        assertEquals(128, mask.next(64));
        assertEquals(-1, mask.next(129));
        assertEquals(-1, mask.next(192), "behind the last word");
    }

    @Test
    void aSetGetsAllAndKeepsWhatItHas() {
        CpuMask mask = new CpuMask(130);
        mask.add(63);
        mask.add(128);
        long[] set = {1, 2, 0};
        mask.addTo(set);
        assertArrayEquals(new long[] {1 | 1L << 63, 2, 1}, set);
    }
}
