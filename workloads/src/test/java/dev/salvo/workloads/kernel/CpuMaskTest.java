package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void aSetGetsAllAndKeepsWhatItHas() {
        CpuMask mask = new CpuMask(130);
        mask.add(63);
        mask.add(128);
        long[] set = {1, 2, 0};
        mask.addTo(set);
        assertArrayEquals(new long[] {1 | 1L << 63, 2, 1}, set);
    }
}
