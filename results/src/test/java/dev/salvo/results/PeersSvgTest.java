package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** The picture of a comparison. */
class PeersSvgTest {
    private static final String SVG = PeersSvg.of(PeersRunTest.madeUp(), "host <&> \"quoted\"", "salvo peers");

    @Test
    void itIsWellFormedWhateverTheHostIsCalled() throws Exception {
        DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new ByteArrayInputStream(SVG.getBytes(StandardCharsets.UTF_8)));
        assertTrue(SVG.contains("host &lt;&amp;&gt; &quot;quoted&quot;"));
    }

    @Test
    void everyRowHasItsMarkAndSaysWhatItIs() {
        long tips = Pattern.compile("<title>[^<]* of the limit</title>").matcher(SVG).results().count();
        assertEquals(PeersRunTest.madeUp().rows().size(), tips);
        assertTrue(SVG.contains("<title>ring, 2 cores, one sender, synchronous, work null: 88.0 ns, 1.10×"));
    }

    @Test
    void everyPanelHasItsLimit() {
        assertTrue(SVG.contains("<title>limit 80.0 ns</title>"));
        assertTrue(SVG.contains("<title>limit 5.00 µs</title>"));
    }

    @Test
    void withoutRowsThereIsNothingToDraw() {
        PeersRun nothing = new PeersRun(List.of(), new PeersRun.Figure(1, 0), List.of(), List.of());
        assertThrows(IllegalArgumentException.class, () -> PeersSvg.of(nothing, "host", "salvo peers"));
    }
}
