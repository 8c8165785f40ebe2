package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StacksTest {
    private static final String THREE = """
        [core-000 tid=7];A.run;B.wait 30
        [core-001 tid=8];A.run 5
        [core-000 tid=7];A.run;B.wait 10
        """;

    @TempDir
    Path folder;

    @Test
    void equalStacksArePutTogetherAndWrittenAsTheyWereRead() {
        Stacks stacks = Stacks.parse(THREE);
        assertEquals(2, stacks.all().size());
        assertEquals(45, stacks.samples());
        assertEquals("[core-000 tid=7];A.run;B.wait 40\n[core-001 tid=8];A.run 5\n", stacks.collapsed());
        assertEquals(stacks, Stacks.parse(stacks.collapsed()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n \r\n"})
    void noLineIsNoSampleAndNoError(String text) {
        Stacks none = Stacks.parse(text);
        assertEquals(0, none.samples());
        assertEquals("", none.collapsed());
        assertEquals(List.of(), none.under("A.run").leaves(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A.run", "A.run x", "A.run -1", "A.run 1.5", " 12", "7", "A.run 9999999999999", "A.run 1 "})
    void aLineThatIsNoStackIsNamed(String line) {
        BadRunException refused = assertThrows(BadRunException.class, () -> Stacks.parse("A.run 1\n" + line + "\n"));
        assertTrue(refused.getMessage().startsWith("line 2 of the collapsed stacks is '"), refused.getMessage());
    }

    @Test
    void whatIsQuotedOfADamagedFileIsOneShortLineAndNamesIt() throws IOException {
        Path file = Files.writeString(folder.resolve("x.collapsed"), "\u001b[31m" + "x".repeat(1000));
        BadRunException refused = assertThrows(BadRunException.class, () -> Stacks.read(file));
        assertTrue(refused.getMessage().startsWith(file + ": line 1"), refused.getMessage());
        assertTrue(refused.getMessage().length() < file.toString().length() + 200);
        assertEquals(-1, refused.getMessage().indexOf('\u001b'));
        assertThrows(BadRunException.class, () -> Stacks.read(folder.resolve("none")));
    }

    @Test
    void recursionCountsOnce() {
        Stacks stacks = Stacks.parse("main;A.run;B.x;A.run;A.run 10\nmain;A.run 1\nmain;C.y 4\n");
        assertEquals(11, stacks.inclusive("A.run"::equals));
        assertEquals(10, stacks.inclusive("B.x"::equals));
        assertEquals(Map.of("A.run", 11L), stacks.innermost(frame -> frame.equals("A.run") ? frame : null));
    }

    @Test
    void underTheOutermostSuchFrameLiesAllThatItCalls() {
        Stacks stacks = Stacks.parse("main;Loop.x;A.run;B.x;A.run 10\nA.run 2\nmain;C.y 4\n");
        assertEquals("A.run 2\nmain;A.run;B.x;A.run 10\n", stacks.under("A.run").collapsed());
        assertEquals(Stacks.parse("A.run;B.x;A.run 10"), stacks.under("A.run").withoutRoots());
    }

    @Test
    void theInnermostFrameThatIsWantedHasTheSample() {
        Stacks stacks = Stacks.parse("main;A.run;B.x;Unsafe.get 10\nmain;A.run;sched_yield 3\nmain;idle 4\n");
        assertEquals(Map.of("A", 3L, "B", 10L), stacks.innermost(frame -> switch (frame) {
            case "A.run" -> "A";
            case "B.x" -> "B";
            default -> null;
        }));
        assertEquals(List.of(Map.entry("Unsafe.get", 10L), Map.entry("idle", 4L)), stacks.leaves(2));
    }

    @Test
    void theThreadsOfOneNameHaveOneRoot() {
        Stacks stacks = Stacks.parse("[core-001 tid=8];A.run 5\n[core-001 tid=88];A.run 7\n[main tid=1];A.run 9\n");
        assertEquals("core-001;A.run 12\n", stacks.ofThreads(name -> name.startsWith("core") ? name : null).collapsed());
    }

    /** A thread can be called anything; only what async-profiler itself puts around a name makes it a root. */
    @ParameterizedTest
    @ValueSource(strings = {"core-001;core-001 tid=8", "x];[core-001 tid=8", "core-001", "core-001 tid=8] tid=9",
        "[core-001 tid=8] tid=9", " tid=8", " core-001 tid=8", "core-001 5 tid=8", "core-001 tid=x", "core-001 tid=8 "})
    void aHostileNameDoesNotMakeAThreadACore(String inBrackets) {
        Stacks stacks = Stacks.parse('[' + inBrackets + "];A.run 5");
        assertEquals(5, stacks.samples());
        assertEquals(0, stacks.ofThreads(name -> name.equals("core-001") ? name : null).samples());
    }

    @Test
    void scaledStacksHaveTheSumThatIsAskedFor() {
        Stacks stacks = Stacks.parse("A.run;B.x 30\nA.run 10\nA.run;C.y 1\n");
        assertEquals("A.run 1000\nA.run;B.x 3000\nA.run;C.y 100\n", stacks.scaledTo(4100).collapsed());
        assertEquals("A.run 1\nA.run;B.x 3\n", stacks.scaledTo(4.1).collapsed(), "what is less than half a unit is left out");
    }
}
