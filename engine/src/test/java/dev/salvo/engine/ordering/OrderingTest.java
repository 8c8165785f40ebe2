package dev.salvo.engine.ordering;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Runs this module's ordering tests: see {@link JcstressRun}. */
class OrderingTest {
    @Test
    void noOrderingTestMeetsAForbiddenOutcome() throws IOException, InterruptedException {
        JcstressRun.run();
    }
}
