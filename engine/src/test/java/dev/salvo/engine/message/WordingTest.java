package dev.salvo.engine.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordingTest {
    @TempDir
    private Path folder;

    @Test
    void whyTheFileSystemRefusedIsSaidInWordsWithoutTheFilesName() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals("no such file or folder",
            Wording.reason(assertThrows(IOException.class, () -> Files.readString(folder.resolve("absent")))));
        assertEquals("not a folder",
            Wording.reason(assertThrows(IOException.class, () -> Files.newDirectoryStream(file))));
        assertEquals("permission denied", Wording.reason(new AccessDeniedException("/x")));
        assertEquals("No space left on device", Wording.reason(new IOException("No space left on device")));
        assertEquals("IOException", Wording.reason(new IOException()));
    }

    @Test
    void aWordIsNearAnotherByASlipOfTheKeysOnly() {
        List<String> accepted = List.of("cores", "clock", "no");
        assertEquals(Optional.of("cores"), Wording.nearest("Coers", accepted));
        assertEquals(Optional.empty(), Wording.nearest("senders", accepted));
        assertEquals(Optional.empty(), Wording.nearest("xy", accepted), "of which not a letter is there");
    }

    @Test
    void whatDoesNotShowIsNotShown() {
        assertEquals("'a b'", Wording.quoted("a\n\u200b\u0007b"));
        assertEquals("a\\u00a0b", Wording.shown("a\u00a0b", 20));
        assertEquals("abc...", Wording.shown("abcdefgh", 6));
    }
}
