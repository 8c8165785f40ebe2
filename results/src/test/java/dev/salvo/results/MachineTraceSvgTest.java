package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.MadeUpTrace.Wrong;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

class MachineTraceSvgTest {
    private static final String COMMAND = "salvo torture --seed 5 --cores 8 --break dsb-left-out --timeline ".repeat(3);

    @ParameterizedTest
    @CsvSource({"2, EARLY", "4, NOTHING", "16, EARLY", "16, NEVER_TAKEN", "64, NOT_OVER", "64, NO_ROOM", "1024, EARLY"})
    void noLabelLiesOnAnotherOrLeavesThePicture(int cores, Wrong wrong) throws Exception {
        TimelineSvgTest.readable(MachineTraceSvg.of(MadeUpTrace.of(cores, 9, wrong), "a-long-hostname.example.org", COMMAND));
    }

    /** Fails if what is wrong looks like what is not, or the other way round. */
    @ParameterizedTest
    @CsvSource({"NOTHING, 0, 0, 0", "EARLY, 1, 1, 1", "NEVER_TAKEN, 1, 1, 0", "NOT_OVER, 1, 1, 0", "NO_ROOM, 1, 0, 0"})
    void whatIsWrongIsRed(Wrong wrong, int operations, int waits, int dots) {
        String svg = MachineTraceSvg.of(MadeUpTrace.of(4, 9, wrong), "host", COMMAND);
        int samples = wrong == Wrong.NOTHING ? 0 : 1;
        assertEquals(operations + samples, count(svg, "class=\"dsb ink bad\""));
        assertEquals(waits + samples, count(svg, "class=\"wait bad\""));
        assertEquals(dots + samples, count(svg, "class=\"ink bad\""));
    }

    /** Fails if a core that was told to stop looks as if it had been late. */
    @ParameterizedTest
    @CsvSource({"NOT_OVER", "NO_ROOM"})
    void whatWasCutShortIsNotRedAndWhoDiedIsNamed(Wrong wrong) throws Exception {
        String svg = MachineTraceSvg.of(MadeUpTrace.cutShort(4, 9, wrong, 3), "host", COMMAND);
        TimelineSvgTest.readable(svg);
        assertFalse(svg.contains(" bad\""), svg);
        assertFalse(svg.contains(" late<"), svg);
        assertTrue(svg.contains(">3 died<"), svg);
    }

    private static long count(String svg, String what) {
        return Pattern.compile(what, Pattern.LITERAL).matcher(svg).results().count();
    }

    @Test
    void whoWasLateSaysSoWherePointedAt() throws Exception {
        Document document = TimelineSvgTest.readable(MachineTraceSvg.of(MadeUpTrace.of(4, 9, Wrong.EARLY), "h", COMMAND));
        List<String> tips = TimelineSvgTest.titles(document);
        assertTrue(tips.contains("core-003 (CPU 1): took the TLBI 12.0 µs after the DSB had returned"), tips.toString());
        assertTrue(tips.contains("core-001 (CPU 1): took the TLBI by 1.70 µs after its issue"), tips.toString());
    }

    @Test
    void foreignTextStaysText() throws Exception {
        String evil = "<script>alert(1)</script>&\"']]>\u0000\u001b[2J\uFFFE-->\nb";
        MachineTrace made = MadeUpTrace.of(2, 3, Wrong.EARLY);
        MachineTrace named = new MachineTrace(evil, List.of(evil), 2, made.counted(), made.end(), made.lanes());
        Document document = TimelineSvgTest.readable(MachineTraceSvg.of(named, evil, evil));
        assertEquals(0, document.getElementsByTagName("script").getLength());
        assertFalse(document.getElementsByTagName("desc").item(0).getTextContent().isEmpty());
    }
}
