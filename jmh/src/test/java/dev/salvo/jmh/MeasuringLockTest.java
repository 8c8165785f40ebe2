package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.UnsuitableHostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That others' processes hold it is tested by {@code CurveCommandTest}; other users' files need root. */
class MeasuringLockTest {
    @TempDir
    private Path folder;

    @Test
    void itIsHeldByOneAtATimeAndLeavesAFileThatSaysNothing() {
        Path file = folder.resolve("jmh.lock");
        try (MeasuringLock held = MeasuringLock.take(file)) {
            assertNotNull(held);
            assertNull(MeasuringLock.take(file));
        }
        assertTrue(Files.exists(file));
        try (MeasuringLock again = MeasuringLock.take(file)) {
            assertNotNull(again);
        }
    }

    @Test
    void everybodyMayLockTheFileThatOneHasMade() throws IOException {
        Path file = folder.resolve("jmh.lock");
        MeasuringLock.take(file).close();
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        assertTrue(permissions.matches(".w..w..w."), permissions);
    }

    @Test
    void aFileThatCannotBeOpenedAtAllIsNamedWithWhatToDo() {
        Path file = folder.resolve("absent/jmh.lock");
        String said = assertThrows(UnsuitableHostException.class, () -> MeasuringLock.take(file)).getMessage();
        assertTrue(said.startsWith(file + ": ") && said.contains("-Djava.io.tmpdir=DIR")
            && said.contains("-Djmh.ignoreLock=true"), said);
        assertEquals(1, said.lines().count());
    }
}
