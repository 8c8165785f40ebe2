package dev.salvo.workloads.ordering;

import dev.salvo.engine.ordering.JcstressRun;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Runs this module's ordering tests: see {@link JcstressRun}. */
class MaskOrderingTest {
    @Test
    void theMaskOrderingTestNeverMeetsAForbiddenOutcome() throws IOException, InterruptedException {
        JcstressRun.run();
    }
}
