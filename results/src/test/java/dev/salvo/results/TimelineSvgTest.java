package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TimelineSvgTest {
    private static final double WIDEST_LETTER = 7.6; // of the widest fallback font at 14 pixels, on the average
    private static final String COMMAND =
        "salvo timeline --cores 8,32,100 --strategy sync,batched --pick slowest ".repeat(3);

    @ParameterizedTest
    @CsvSource({"1, 1, sync", "8, 1, sync", "8, 31, batched", "32, 31, batched", "100, 1, sync", "1024, 31, local"})
    void everyCoreHasALaneAndNoLabelLiesOnAnotherOrLeavesThePicture(int cores, int tlbis, String strategy)
            throws Exception {
        Timeline timeline = MadeUpTimeline.of(cores, tlbis, strategy);
        Document document = readable(TimelineSvg.of(timeline, timeline.dsb().to(), "a-long-hostname.example.org", COMMAND));
        assertEquals(cores, titles(document).stream().filter(tip -> tip.startsWith("core-")).count());
    }

    /** Parses a picture of lanes in which no label lies on another or leaves the picture. */
    static Document readable(String svg) throws Exception {
        Document document = parsed(svg);
        String[] box = document.getDocumentElement().getAttribute("viewBox").split(" ");
        Rectangle2D paper = new Rectangle2D.Double(0, 0, Double.parseDouble(box[2]), Double.parseDouble(box[3]));
        List<Rectangle2D> labels = new ArrayList<>();
        NodeList texts = document.getElementsByTagName("text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            String classes = text.getAttribute("class");
            double width = text.getTextContent().length() * WIDEST_LETTER * (classes.equals("title") ? 19.0 / 14 : 1);
            double x = Double.parseDouble(text.getAttribute("x"))
                - (classes.contains("end") ? width : classes.contains("mid") ? width / 2 : 0);
            Rectangle2D label = new Rectangle2D.Double(x, Double.parseDouble(text.getAttribute("y")) - 11, width, 14);
            assertTrue(paper.contains(label), text.getTextContent() + " at " + label + " of " + paper);
            for (Rectangle2D other : labels) {
                assertFalse(label.intersects(other), text.getTextContent() + " at " + label + " lies on " + other);
            }
            labels.add(label);
        }
        return document;
    }

    @ParameterizedTest
    @CsvSource({"2, 1, sync", "8, 31, batched"})
    void aPictureOfACarriedMachineSaysWhoseTimeItIs(int cores, int tlbis, String strategy) throws Exception {
        Timeline timeline = MadeUpTimeline.carried(cores, tlbis, strategy);
        String svg = TimelineSvg.of(timeline, timeline.dsb().to(), "host", COMMAND);
        Document document = readable(svg);
        assertTrue(svg.contains(cores + " cores of a-machine (emulated time), "), svg);
        assertFalse(svg.contains("no CPU"), svg);
        assertTrue(svg.contains(">Sync not yet found<") && svg.contains(">Sync acknowledged<"), svg);
        assertFalse(svg.contains(">not yet found<") || svg.contains(">acknowledged<"), svg);
        assertTrue(titles(document).stream().filter(tip -> tip.startsWith("core-")).allMatch(tip -> tip.contains("): Sync found")));
        assertEquals(cores - 1, titles(document).stream().filter(tip -> tip.startsWith("core-")).count(), "not the sender");
    }

    @Test
    void itIsSelfContainedAndReadableInTheDarkAndByEar() throws Exception {
        String svg = TimelineSvg.of(MadeUpTimeline.of(8, 31, "batched"), 20_000, "host", "salvo timeline");
        assertFalse(svg.contains("<script") || svg.contains("href") || svg.contains("url(") || svg.contains("@import"));
        assertTrue(svg.contains("prefers-color-scheme:dark"));
        Element desc = (Element) parsed(svg).getElementsByTagName("desc").item(0);
        assertTrue(desc.getTextContent().contains("31 TLBIs in 12.0 µs"), desc.getTextContent());
    }

    @Test
    void foreignTextStaysText() throws Exception {
        String evil = "<script>alert(1)</script>&\"']]>\u0000\u001b[2J\uFFFE-->\nb";
        Document document = parsed(TimelineSvg.of(MadeUpTimeline.of(2, 1, "sync"), 1000, evil, evil));
        assertEquals(0, document.getElementsByTagName("script").getLength());
    }

    /** On two CPUs every other core is of the first: a group each, the sender first, and whoever found it later below. */
    @Test
    void coresThatShareACpuStandTogetherInTheOrderOfFinding() throws Exception {
        Document document = readable(TimelineSvg.of(MadeUpTimeline.of(8, 1, "sync"), 20_000, "host", "c"));
        Map<String, Double> down = new LinkedHashMap<>();
        NodeList paths = document.getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            NodeList title = ((Element) paths.item(i)).getElementsByTagName("title");
            if (title.getLength() > 0 && title.item(0).getTextContent().startsWith("core-")) {
                down.put(title.item(0).getTextContent().substring(5, 8),
                    Double.parseDouble(((Element) paths.item(i)).getAttribute("d").split("[ m]")[1]));
            }
        }
        assertEquals(List.of("000", "002", "004", "006", "001", "003", "005", "007"), down.entrySet().stream()
            .sorted(Map.Entry.comparingByValue()).map(Map.Entry::getKey).toList());
        assertTrue(texts(document).containsAll(List.of("CPU 0", "CPU 1")), texts(document).toString());
    }

    @Test
    void theTitleSaysWhatAPageTook() throws Exception {
        Timeline one = MadeUpTimeline.of(8, 1, "sync");
        assertTrue(String.join(" ", texts(readable(TimelineSvg.of(one, 20_000, "h", "c")))).startsWith(
            "One shootdown on 8 cores, synchronous: " + Figures.time(one.dsb().to()) + " a page"));
        Timeline many = MadeUpTimeline.of(8, 31, "batched");
        assertTrue(String.join(" ", texts(readable(TimelineSvg.of(many, 20_000, "h", "c")))).startsWith(
            "One shootdown on 8 cores, batched: 31 pages at " + Figures.time(many.dsb().to() / 31.0) + " each"));
    }

    private static List<String> texts(Document document) {
        List<String> texts = new ArrayList<>();
        NodeList nodes = document.getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    /** Fails if pictures that are to be compared have scales of their own. */
    @Test
    void onOneScaleAMicrosecondIsAsLongInEveryPicture() {
        double[] ends = new double[2];
        Timeline sync = MadeUpTimeline.of(8, 1, "sync");
        for (int i = 0; i < 2; i++) {
            Matcher dsb = Pattern.compile("class=\"dsb ink sync\" d=\"M([\\d.]+) [\\d.]+h([\\d.]+)v").matcher(
                TimelineSvg.of(sync, sync.dsb().to() * (i + 1), "h", "c"));
            assertTrue(dsb.find());
            ends[i] = Double.parseDouble(dsb.group(2));
        }
        assertEquals(ends[0], 2 * ends[1], 0.3);
    }

    static List<String> titles(Document document) {
        List<String> titles = new ArrayList<>();
        NodeList nodes = document.getElementsByTagName("title");
        for (int i = 0; i < nodes.getLength(); i++) {
            titles.add(nodes.item(i).getTextContent());
        }
        return titles;
    }

    private static Document parsed(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
