package dev.salvo.engine.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example of docs/architecture.md: it runs, and the page shows what is run. Outside the engine's package, as users are. */
class ArchitecturePageTest {
    private static final int ASID = 1;
    private static final long PAGE = 0x12345;
    private static final long VA = PAGE << PageTable.PAGE_SHIFT;
    private static final int FRAME = PhysicalMemory.frame(0, 0);

    @Test
    void theExampleDoesWhatItSays() {
        // example begins
        PageTable table = new PageTable();
        Machine machine = new Machine(MachineSpec.of(4).adopted(1).frames(core -> 1));
        try (machine) {
            machine.translationTable(ASID, table);
            machine.start();                                // cores 1 to 3: pinned threads that serve their ports
            Core core = machine.adopt(0);                   // this thread is core 0
            machine.memory().nextGeneration(FRAME);         // allocated
            core.storePte(table, PAGE, Pte.writableDirty(FRAME));
            core.store(ASID, VA, (byte) 0x88);              // a miss: walks, fills the TLB
            core.swapPte(table, PAGE, 0);                   // gone from the table, not from the TLB
            core.dsbIshst();
            core.tlbi(Tlbi.vale1is(ASID, PAGE));
            core.dsb();                                     // all four have acknowledged
            machine.memory().nextGeneration(FRAME);         // free: no TLB leads here
        }
        // example ends
        CoreCounts counts = machine.counts();
        assertEquals(1, counts.tlbis());
        assertEquals(1, counts.dsbIsh());
        assertEquals(4, counts.served());
        assertEquals(0, counts.staleUses());
    }

    /** What the page says of the same without the TLBI. */
    @Test
    void withoutTheTlbiAnotherLoadIsAStaleUse() {
        PageTable table = new PageTable();
        Machine machine = new Machine(MachineSpec.of(4).adopted(1).frames(core -> 1));
        try (machine) {
            machine.translationTable(ASID, table);
            machine.start();
            Core core = machine.adopt(0);
            machine.memory().nextGeneration(FRAME);
            core.storePte(table, PAGE, Pte.writableDirty(FRAME));
            core.store(ASID, VA, (byte) 0x88);
            core.swapPte(table, PAGE, 0);
            machine.memory().nextGeneration(FRAME);
            core.load(ASID, VA);
        }
        assertEquals(1, machine.counts().staleUses());
    }

    @Test
    void thePageShowsTheExample() throws IOException {
        List<String> source = Files.readAllLines(
            Path.of("src/test/java/dev/salvo/engine/docs/ArchitecturePageTest.java"));
        String example = source.stream().dropWhile(line -> !line.endsWith("// example begins")).skip(1)
            .takeWhile(line -> !line.endsWith("// example ends")).map(line -> line.substring(8))
            .collect(Collectors.joining("\n"));
        String page = Files.readString(Path.of("docs/architecture.md"));
        int begin = page.indexOf("```java\n") + "```java\n".length();
        assertEquals(example, page.substring(begin, page.indexOf("\n```", begin)));
        assertEquals(15, example.lines().count());
    }
}
