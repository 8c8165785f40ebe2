package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;

/**
 * Reports as a person sees them: in Chromium, wide and on a telephone, by day and by night, on paper, with a real
 * pointer, and through axe's rules of accessibility. Needs Chromium and its driver: {@code results/report-check.sh}
 * brings them. Leaves its pages and screenshots in {@code target/report-check}.
 */
class ReportInBrowserTest {
    private static final Path OUT = Path.of("target", "report-check").toAbsolutePath();
    private static final Map<String, Path> PAGES = new LinkedHashMap<>();
    private static final int WIDE = 1280;
    private static final int PHONE = 390;
    private static final int PAPER = 718; // CSS pixels between the margins of A4

    /** How many pixels of the first chart have the colour of an ink. */
    private static final String PIXELS = """
        const canvas = document.querySelector('.plot canvas');
        const sample = document.createElement('canvas').getContext('2d');
        sample.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(arguments[0]);
        sample.fillRect(0, 0, 1, 1);
        const ink = sample.getImageData(0, 0, 1, 1).data;
        const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let found = 0;
        for (let i = 0; i < all.length; i += 4) {
          found += Math.abs(all[i] - ink[0]) + Math.abs(all[i + 1] - ink[1]) + Math.abs(all[i + 2] - ink[2]) < 12 ? 1 : 0;
        }
        return found;
        """;

    private static ChromeDriver chromium;

    @BeforeAll
    static void makePagesAndStartChromium() throws IOException {
        Path runs = Files.createDirectories(OUT.resolve("runs"));
        List<RunFolder> committed = new ArrayList<>();
        try (Stream<Path> folders = Files.list(Path.of("runs"))) {
            for (Path folder : folders.filter(each -> Files.exists(each.resolve("host.json"))).sorted().toList()) {
                RunFolder run = RunFolder.open(folder);
                committed.add(run);
                page(folder.getFileName().toString(), List.of(run));
            }
        }
        assertTrue(committed.size() > 0);
        Instant now = Instant.now();
        RunFolder clocks = made(runs, "both-clocks", now);
        MadeUp.sweepPoints().forEach(point -> clocks.add(point.json()));
        MadeUp.pacedSweepPoints("kunpeng-920").forEach(point -> clocks.add(point.json()));
        page("both-clocks", List.of(clocks));
        RunFolder senders = made(runs, "senders", now);
        for (int n : new int[] {1, 4, 8, 16, 32, 64, 128}) {
            for (String strategy : new String[] {"batched", "local"}) {
                int each = strategy.equals("local") ? 3 : 40;
                senders.add(MadeUp.paced("arm64-server-128", 900 + each * n, 1000).param("cores", 128)
                    .param("senders", n)
                    .param("strategy", strategy).param("workload", "protect")
                    .line("opsPerSecond", 4e7 / (900 + each * n), 1000).json());
            }
        }
        page("senders", List.of(senders));
        RunFolder victims = made(runs, "victims", now);
        for (int n : new int[] {2, 8, 32}) {
            victims.add(MadeUp.point(n, 1, "sync", 1000 * n).loaded("own", 1e6, 1e6 + 2e4 * n).json());
        }
        page("victims", List.of(victims));
        List<RunFolder> all = new ArrayList<>(committed);
        all.addAll(List.of(clocks, victims));
        page("comparison", all);

        ChromeOptions options = new ChromeOptions();
        options.setBinary(System.getProperty("salvo.chromium", "/usr/bin/chromium"));
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-background-networking");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        chromium = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(
            Path.of(System.getProperty("salvo.chromedriver", "/usr/bin/chromedriver")).toFile()).build(), options);
    }

    private static RunFolder made(Path runs, String name, Instant now) {
        return RunFolder.create(runs, Map.of("hostname", name, "cpuModel", "made up", "command", "none: these figures are made "
            + "up", "distortions", List.of("These figures are made up.")), now);
    }

    private static void page(String name, List<RunFolder> runs) throws IOException {
        PAGES.put(name, Files.writeString(OUT.resolve(name + ".html"), Report.html(runs, OUT)));
    }

    @AfterAll
    static void stopChromium() {
        if (chromium != null) {
            chromium.quit();
        }
    }

    static Stream<String> pages() {
        return PAGES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void looksRightWideAndOnATelephoneByDayAndByNight(String page) throws IOException {
        for (int width : new int[] {WIDE, PHONE}) {
            for (String scheme : new String[] {"light", "dark"}) {
                open(page, width, scheme);
                String where = page + '-' + width + '-' + scheme;
                assertEquals(0L, js("return document.documentElement.scrollWidth - innerWidth"), where + " scrolls sideways");
                assertEquals(js("return document.querySelectorAll('figure').length - document.querySelectorAll("
                    + "'details:not([open]) figure').length"), js("return document.querySelectorAll('.plot canvas').length"),
                    where + " has drawn its charts");
                screenshot(where);
                accessible(where);
            }
        }
        assertAskedForNothing(page);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void printsWholeAndLight(String page) throws IOException {
        open(page, PAPER, "dark");
        Map<String, Object> pdf = chromium.executeCdpCommand("Page.printToPDF", Map.of("printBackground", true,
            "paperWidth", 8.27, "paperHeight", 11.69));
        byte[] bytes = Base64.getDecoder().decode(pdf.get("data").toString());
        Files.write(OUT.resolve(page + ".pdf"), bytes);
        int pages = new String(bytes, StandardCharsets.ISO_8859_1).split("/Type\\s*/Page\\b", -1).length - 1;
        assertTrue(pages > 1 && pages < 60, pages + " pages");
        chromium.executeScript("dispatchEvent(new Event('beforeprint'))");
        chromium.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        assertEquals(0L, js("return document.documentElement.scrollWidth - innerWidth"), page + " is wider than paper");
        assertEquals(0L, js("return document.querySelectorAll('details:not([open])').length"), "closed tables on paper");
        assertEquals("rgb(255, 255, 255)", js("return getComputedStyle(document.body).backgroundColor"));
        screenshot(page + "-paper");
        long inks = 0;
        for (int ink = 0; ink < 3; ink++) {
            inks += (Long) js(PIXELS.replace("document.documentElement", "document.querySelector('.light')"), "--ink" + ink);
        }
        assertTrue(inks > 500, inks + " pixels are drawn in the inks of the day");
    }

    @Test
    void aClickOnTheLegendTakesASeriesAwayAndBringsItBack() {
        open(PAGES.keySet().iterator().next(), WIDE, "light");
        List<WebElement> sync = chromium.findElements(By.cssSelector("figure:first-of-type .legend li button")).stream()
            .filter(button -> button.getText().startsWith("synchronous")).toList();
        long before = (Long) js(PIXELS, "--ink0");
        assertTrue(before > 500, before + " pixels");
        sync.get(0).click();
        assertEquals("false", sync.get(0).getDomAttribute("aria-pressed"));
        long without = (Long) js(PIXELS, "--ink0");
        assertTrue(without < 0.8 * before, without + " pixels of " + before);
        sync.subList(1, sync.size()).forEach(WebElement::click);
        assertEquals(0L, js(PIXELS, "--ink0"), "every synchronous series is gone");
        sync.forEach(WebElement::click);
        long again = (Long) js(PIXELS, "--ink0");
        assertTrue(Math.abs(again - before) < 0.02 * before, again + " pixels, before " + before);
    }

    @Test
    void thePointerAndTheButtonsReadTheChart() {
        open(PAGES.keySet().iterator().next(), WIDE, "light");
        WebElement plot = chromium.findElement(By.cssSelector(".plot .u-over"));
        WebElement output = chromium.findElement(By.cssSelector(".legend output"));
        WebElement says = chromium.findElement(By.cssSelector(".legend .says"));
        String last = says.getText();
        new Actions(chromium).moveToElement(plot, 4 - plot.getSize().width / 2, 0).perform();
        assertEquals("at 8 cores", output.getText());
        assertNotEquals(last, says.getText());
        chromium.findElement(By.cssSelector(".at button:last-child")).click();
        assertEquals("at 16 cores", output.getText());
    }

    private static void open(String page, int width, String scheme) {
        chromium.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", 900,
            "deviceScaleFactor", width == PHONE ? 2 : 1, "mobile", false));
        chromium.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "", "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        chromium.get(PAGES.get(page).toUri().toString());
        chromium.executeAsyncScript("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"); // sizes are observed
    }

    private static Object js(String script, Object... arguments) {
        return chromium.executeScript(script, arguments);
    }

    private static void screenshot(String name) throws IOException {
        long height = (Long) js("return document.documentElement.scrollHeight");
        long width = (Long) js("return innerWidth");
        Map<String, Object> shot = chromium.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true,
            "clip", Map.of("x", 0, "y", 0, "width", width, "height", Math.min(height, 12_000), "scale", 1)));
        Files.write(OUT.resolve(name + ".png"), Base64.getDecoder().decode(shot.get("data").toString()));
    }

    private static void accessible(String where) throws IOException {
        try (InputStream axe = ReportInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            chromium.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = chromium.executeAsyncScript("""
            const done = arguments[0];
            axe.run(document, {resultTypes: ['violations']}).then(result => done(result.violations.map(violation =>
              violation.id + ': ' + violation.help + ' ' + violation.nodes.slice(0, 3).map(node => node.html).join(' '))));
            """);
        assertEquals(List.of(), found, where);
    }

    /** Of the network, and of the file system beside the page itself; nor has anything complained. */
    private static void assertAskedForNothing(String page) {
        for (LogEntry entry : chromium.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = Json.tree(entry.getMessage().getBytes(StandardCharsets.UTF_8), "log").get("message");
            if (message.get("method").stringValue().equals("Network.requestWillBeSent")) {
                String url = message.get("params").get("request").get("url").stringValue();
                assertTrue(url.startsWith("data:") || url.equals("about:blank") || PAGES.values().stream()
                    .anyMatch(each -> each.toUri().toString().equals(url)), page + " asked for " + url);
            }
        }
        assertEquals(List.of(), chromium.manage().logs().get(LogType.BROWSER).getAll().stream()
            .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue()).toList(), page);
    }
}
