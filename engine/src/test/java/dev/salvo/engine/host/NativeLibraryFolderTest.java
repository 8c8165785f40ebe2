package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class NativeLibraryFolderTest {
    @TempDir
    private Path folder;

    @Test
    void theFirstFolderThatWillDoIsTakenAndNothingIsLeftThere() throws IOException {
        Path good = Files.createDirectory(folder.resolve("good"));
        Path next = Files.createDirectory(folder.resolve("next"));
        assertEquals(good, NativeLibraryFolder.firstOf(List.of(folder.resolve("absent"), good, next), "x"));
        assertEquals(good, NativeLibraryFolder.firstOf(List.of(Path.of("/proc"), good, next), "x"));
        try (Stream<Path> left = Files.list(good)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void whereNoneWillDoEachIsNamedWithItsReason() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        UnsuitableHostException none = assertThrows(UnsuitableHostException.class,
            () -> NativeLibraryFolder.firstOf(List.of(folder.resolve("absent"), file), "name one"));
        assertEquals("no folder takes a native library: " + folder.resolve("absent") + " (not there), " + file
            + " (Not a directory); name one", none.getMessage());
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void noFolderIsMade() {
        Path absent = folder.resolve("?");
        assertThrows(UnsuitableHostException.class, () -> NativeLibraryFolder.firstOf(List.of(absent), "name one"));
        assertTrue(Files.notExists(absent));
    }
}
