package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Point;
import java.awt.geom.Rectangle2D;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class CurveSvgTest {
    private static final double WIDEST_LETTER = 7.6; // of the widest fallback font at 14 pixels, on the average
    private static final double TITLE_SCALE = 19.0 / 14;

    @Test
    void aSweepIsAFewKilobytesOfTextAndShapes() throws Exception {
        String svg = CurveSvg.of(MadeUp.sweep(), "host", "salvo curve");
        Document document = parsed(svg);
        assertTrue(svg.length() < 20_000, svg.length() + " characters");
        assertEquals(2 * 20 + 4, marks(document).size(), "points, in time and in rate, and legend");
        for (String word : new String[] {"8", "16", "32", "64", "100", "cores", "100 ns", "1 µs", "1 ms",
            "synchronous, one sender", "batched, all cores send", "host · salvo curve",
            "Oversubscribed: 8 to 100 cores shared 2 CPUs; these times include the scheduler."}) {
            assertTrue(texts(document).contains(word), word + " in " + texts(document));
        }
    }

    @Test
    void itIsSelfContainedAndReadableInTheDarkAndByEar() throws Exception {
        String svg = CurveSvg.of(MadeUp.sweep(), "host", "salvo curve");
        assertFalse(svg.contains("<script") || svg.contains("href") || svg.contains("url(") || svg.contains("@import"));
        assertTrue(svg.contains("prefers-color-scheme:dark"));
        Element desc = (Element) parsed(svg).getElementsByTagName("desc").item(0);
        assertTrue(desc.getTextContent().contains("synchronous, one sender: 8 cores 5.08 µs"), desc.getTextContent());
    }

    @Test
    void foreignTextStaysText() throws Exception {
        String evil = "<script>alert(1)</script>&\"']]>\u0000\u001b[2J\uFFFE-->\nb";
        Document document = parsed(CurveSvg.of(MadeUp.sweep(), evil, evil));
        assertEquals(0, document.getElementsByTagName("script").getLength());
        assertTrue(String.join(" ", texts(document)).contains("<script>alert(1)</script>&\"']]>"),
            texts(document).toString());
    }

    @Test
    void labelsNeitherOverlapNorLeaveThePicture() throws Exception {
        List<Row> panels = new ArrayList<>();
        for (Row row : MadeUp.sweep()) {
            for (String mappings : new String[] {"1", "4"}) {
                for (String interconnect : new String[] {"ring", "inboxes"}) {
                    Point point = row.point();
                    panels.add(MadeUp.point(point.cores(), point.senders(), Point.word(point.strategy()),
                        row.nsPerPage().mean()).param("mappings", mappings).param("interconnect", interconnect)
                        .param("list", 100 * Integer.parseInt(mappings)).row());
                }
            }
        }
        List<Row> crowd = new ArrayList<>();
        for (int cores = 1; cores <= 1024; cores += 3) {
            crowd.add(MadeUp.point(cores, 1, "sync", cores * 100.0).row());
        }
        String longCommand = "salvo curve --cores 8,16,32,64 --senders 1,all --interconnect ring,inboxes ".repeat(4);
        for (List<Row> rows : List.of(MadeUp.sweep(), Row.shown(panels), crowd, crowd.subList(0, 1),
            List.of(MadeUp.point(8, 1, "sync", 1000).row(), MadeUp.point(9, 1, "sync", 2000).row()))) {
            assertTidy(parsed(CurveSvg.of(rows, "a-long-hostname.example.org", longCommand)));
        }
    }

    @Test
    void aLegendOfManyLongLabelsKeepsThemApart() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String strategy : new String[] {"sync", "batched", "local"}) {
            for (int senders : new int[] {1, 4, 16, 64, 128}) {
                rows.add(MadeUp.point(128, senders, strategy, 1000.0 * senders).row());
            }
        }
        Document document = parsed(CurveSvg.of(Row.shown(rows), "h", "c"));
        assertTrue(texts(document).contains("synchronous, all cores send"), texts(document).toString());
        assertTidy(document);
    }

    @Test
    void twoMechanismsHaveAPanelEachSoThatNoLineJoinsThem() {
        List<Row> rows = new ArrayList<>();
        for (String mechanism : new String[] {"arm64", "arm64-local"}) {
            for (int cores : new int[] {8, 16}) {
                rows.add(MadeUp.point(cores, 1, "sync", 100.0 * cores).param("mechanism", mechanism).row());
            }
        }
        List<Panel> panels = Panel.of(Row.shown(rows));
        assertEquals(List.of("mechanism arm64", "mechanism arm64-local"), panels.stream().map(Panel::title).toList());
        panels.forEach(panel -> assertEquals(List.of(8, 16),
            panel.curves().get(0).rows().stream().map(row -> row.point().cores()).toList()));
    }

    @Test
    void errorBarsReachAsFarAsTheIntervalAndNoFartherThanTheAxis() throws Exception {
        Row row = MadeUp.point().forks("nsPerPage", new double[] {3000, 5000, 5000, 5000, 9000}).row();
        String svg = CurveSvg.of(List.of(row), "h", "c");
        Matcher bar = Pattern.compile("class=\"bar sync\" d=\"M[\\d.]+ ([\\d.]+)V([\\d.]+)").matcher(svg);
        assertTrue(bar.find());
        Matcher mark = Pattern.compile("class=\"mark sync\" d=\"M[\\d.]+ ([\\d.]+)m[^>]*><title>").matcher(svg);
        assertTrue(mark.find());
        double low = Double.parseDouble(bar.group(1));
        double high = Double.parseDouble(bar.group(2));
        double mean = Double.parseDouble(mark.group(1));
        double decade = (y(svg, "10 µs") - y(svg, "5 µs")) / Math.log10(2);
        assertEquals(Math.log10(row.nsPerPageError().high() / row.nsPerPage().mean()) * decade, high - mean, 0.2);
        assertEquals(Math.log10(row.nsPerPageError().low() / row.nsPerPage().mean()) * decade, low - mean, 0.2);
        assertFalse(bar.find());
    }

    /** Fails if one of two bars hides the other, or if points that are apart are moved. */
    @Test
    void pointsThatWouldLieOnOneAnotherStandBesideOneAnother() throws Exception {
        List<Row> rows = List.of(MadeUp.point(8, 1, "sync", 1000).row(), MadeUp.point(8, 1, "batched", 1010).row(),
            MadeUp.point(16, 1, "sync", 1e6).row(), MadeUp.point(16, 1, "batched", 1000).row());
        List<double[]> marks = marks(parsed(CurveSvg.of(Row.shown(rows), "h", "c")));
        List<double[]> times = marks.subList(2, 6); // behind the legend
        assertEquals(9, times.get(2)[0] - times.get(0)[0], 0.11);
        assertEquals(times.get(1)[0], times.get(3)[0], 0.11);
    }

    @Test
    void aLineStandsWhereTheHostHasNoMoreCpus() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {1, 2, 8}) {
            rows.add(MadeUp.point(cores, 1, "sync", 1000 * cores).row());
        }
        String svg = CurveSvg.of(rows, "h", "c");
        Matcher line = Pattern.compile("class=\"cpus\" d=\"M([\\d.]+) ").matcher(svg);
        assertTrue(line.find());
        assertEquals(marks(parsed(svg)).get(2)[0], Double.parseDouble(line.group(1)), 0.11);
        assertEquals(2, texts(parsed(svg)).stream().filter("2 CPUs"::equals).count(), "times and rates");
        assertFalse(CurveSvg.of(MadeUp.sweep(), "h", "c").contains("class=\"cpus\" d"), "outside of 8 to 100 cores");
        assertFalse(CurveSvg.of(MadeUp.pacedSweep("a"), "h", "c").contains("class=\"cpus\" d"), "the machine has no such line");
    }

    @Test
    void everyDecadeIsLabelled() throws Exception {
        List<Row> rows = List.of(MadeUp.point(8, 1, "sync", 2).row(), MadeUp.point(16, 1, "sync", 3e8).row());
        assertTrue(texts(parsed(CurveSvg.of(rows, "h", "c"))).containsAll(List.of("10 ns", "100 ns", "1 µs", "10 µs", "100 µs",
            "1 ms", "10 ms", "100 ms")));
    }

    /** With two CPUs all that is fast lies at the top of the throughput, about the line. */
    @Test
    void theWordForTheCpusLiesOnNoMarkAndNoCurve() throws Exception {
        List<Row> rows = RunFolder.open(Path.of("runs/vm-20261201T121726Z")).rows();
        Document document = parsed(CurveSvg.of(rows, "h", "c"));
        List<Rectangle2D> words = words(document, "2 CPUs");
        assertEquals(2, words.size(), "in both panels");
        NodeList paths = document.getElementsByTagName("path");
        for (Rectangle2D word : words) {
            marks(document).forEach(mark -> assertFalse(word.intersects(mark[0] - 9, mark[1] - 9, 18, 18),
                word + " lies on a mark, or in its ring"));
            for (int i = 0; i < paths.getLength(); i++) {
                String d = ((Element) paths.item(i)).getAttribute("d");
                if (((Element) paths.item(i)).getAttribute("class").startsWith("line") && d.contains("L")) {
                    double[] ends = Stream.of(d.substring(1).split("[L ]")).mapToDouble(Double::parseDouble).toArray();
                    for (int j = 3; j < ends.length; j += 2) {
                        assertFalse(word.intersectsLine(ends[j - 3], ends[j - 2], ends[j - 1], ends[j]), word + " lies on a curve");
                    }
                }
            }
        }
        assertTidy(document);
    }

    private static List<Rectangle2D> words(Document document, String word) {
        List<Rectangle2D> places = new ArrayList<>();
        NodeList texts = document.getElementsByTagName("text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            if (text.getTextContent().equals(word)) {
                double width = word.length() * WIDEST_LETTER;
                double x = Double.parseDouble(text.getAttribute("x"));
                places.add(new Rectangle2D.Double(text.getAttribute("class").endsWith("end") ? x - width : x,
                    Double.parseDouble(text.getAttribute("y")) - 11, width, 14));
            }
        }
        return places;
    }

    @Test
    void aPointWithoutAnIntervalHasNoBar() {
        Row row = MadeUp.point().forks("nsPerPage", new double[] {5000}).row();
        String svg = CurveSvg.of(List.of(row), "h", "c");
        assertFalse(svg.contains("class=\"bar") || svg.contains("Bars: "), svg);
    }

    @Test
    void hostsWithRoomAreNotCalledOversubscribed() throws Exception {
        List<Row> mixed = List.of(MadeUp.point(8, 1, "sync", 1000).score("hostCpus", 8).row(),
            MadeUp.point(100, 1, "sync", 2000).score("hostCpus", 64).row());
        assertTrue(texts(parsed(CurveSvg.of(mixed, "h", "c"))).contains(
            "Oversubscribed: 100 cores shared 64 CPUs; these times include the scheduler."));
        assertFalse(CurveSvg.of(mixed.subList(0, 1), "h", "c").contains("Oversubscribed"));
    }

    @Test
    void staleUsesAreNotKeptQuiet() {
        Row row = MadeUp.point().forks("staleUses", new double[] {1}).row();
        assertTrue(CurveSvg.of(List.of(row), "h", "c").contains("Stale uses: 1."));
    }

    @Test
    void emulatedTimeIsCalledSoAndSaysItsBound() throws Exception {
        List<String> texts = texts(parsed(CurveSvg.of(MadeUp.pacedSweep("kunpeng-920"), "h", "c")));
        assertEquals("Emulated time per page, paced clock, kunpeng-920", texts.get(0));
        String all = String.join(" ", texts);
        assertTrue(all.contains("Bars: from the value at the largest dilation to the extrapolated one, and the 95% "
            + "interval over 3 forks, if longer than a mark."), all);
        assertTrue(all.contains("largest D 4000.") && !all.contains("Oversubscribed"), all);
        Row bent = MadeUp.paced("a", 1000, 450_000).figures(1, "nsPerPage", 2000, 2000, 2000).row();
        all = String.join(" ", texts(parsed(CurveSvg.of(List.of(bent), "h", "c"))));
        assertTrue(all.contains("Not shown to be straight in 1 / D: 1 of 1 points.")
            && all.contains("Bound over 10%: 1 of 1 points."), all);
    }

    @Test
    void theTwoClocksNeverShareAPanel() throws Exception {
        List<Row> both = new ArrayList<>(MadeUp.sweep());
        both.addAll(MadeUp.pacedSweep("kunpeng-920"));
        Document document = parsed(CurveSvg.of(both, "h", "c"));
        assertTrue(texts(document).containsAll(List.of("Time per page by two clocks, as cores are added",
            "native clock", "paced clock, kunpeng-920")), texts(document).toString());
        assertTidy(document);
    }

    @Test
    void pacedPicturesAreTidyAsWell() throws Exception {
        List<Row> wide = List.of(MadeUp.paced("a", 1000, 3.9e6).row(), MadeUp.paced("a", 900, 3.61e6).param("cores", 64)
            .row(), MadeUp.paced("a", 1000, 0).line("nsPerPage", -10, 1e6).param("cores", 128).row());
        for (List<Row> rows : List.of(MadeUp.pacedSweep("kunpeng-920:hopSockets=2,hopMesh=3.5"),
            MadeUp.pacedSweep("p".repeat(100)), wide)) {
            assertTidy(parsed(CurveSvg.of(rows, "host", "salvo curve --clock paced")));
        }
    }

    @Test
    void nothingIsNotDrawn() {
        assertThrows(IllegalArgumentException.class, () -> CurveSvg.of(List.of(), "h", "c"));
    }

    /** Estimates where texts lie and checks that they lie apart, and marks and texts within the picture. */
    private static void assertTidy(Document document) {
        String[] box = document.getDocumentElement().getAttribute("viewBox").split(" ");
        Rectangle2D picture = new Rectangle2D.Double(0, 0, Double.parseDouble(box[2]), Double.parseDouble(box[3]));
        List<Rectangle2D> places = new ArrayList<>();
        NodeList texts = document.getElementsByTagName("text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            double scale = text.getAttribute("class").equals("title") ? TITLE_SCALE : 1;
            double width = text.getTextContent().length() * WIDEST_LETTER * scale * (text.getTextContent().length() > 60
                ? 0.93 : 1); // long lines have more narrow letters
            double x = Double.parseDouble(text.getAttribute("x"));
            double start = text.getAttribute("class").endsWith("end") ? x - width
                : text.getAttribute("class").endsWith("mid") ? x - width / 2 : x;
            double top = Double.parseDouble(text.getAttribute("y")) - 11 * scale;
            Rectangle2D place = new Rectangle2D.Double(start, top, width, 14 * scale);
            assertTrue(picture.contains(place), text.getTextContent() + ' ' + place);
            places.forEach(other ->
                assertFalse(other.intersects(place), text.getTextContent() + ' ' + place + ' ' + other));
            places.add(place);
        }
        for (double[] mark : marks(document)) {
            assertTrue(picture.contains(mark[0] - 6, mark[1] - 6, 12, 12), mark[0] + " " + mark[1]);
        }
    }

    private static List<double[]> marks(Document document) {
        List<double[]> marks = new ArrayList<>();
        NodeList paths = document.getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            Element path = (Element) paths.item(i);
            Matcher place = Pattern.compile("M([\\d.]+) ([\\d.]+)m.*").matcher(path.getAttribute("d"));
            if (path.getAttribute("class").startsWith("mark") && place.matches()) {
                marks.add(new double[] {Double.parseDouble(place.group(1)), Double.parseDouble(place.group(2))});
            }
        }
        return marks;
    }

    private static double y(String svg, String tick) {
        Matcher label = Pattern.compile("y=\"([\\d.]+)\" class=\"note end\">" + tick + "<").matcher(svg);
        assertTrue(label.find(), tick);
        return Double.parseDouble(label.group(1));
    }

    private static List<String> texts(Document document) {
        List<String> texts = new ArrayList<>();
        NodeList nodes = document.getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    private static Document parsed(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
