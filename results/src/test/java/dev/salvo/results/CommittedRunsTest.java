package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.point.Axis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The runs that are in the repository are read as they were when they were measured, whatever axes have come since. */
class CommittedRunsTest {
    private static final Path RUNS = Path.of("runs");
    /** How many there were when the digests were taken. */
    private static final int AXES = Axis.PROFILE.ordinal() + 1;

    @ParameterizedTest
    @CsvSource({"vm-20261123T112131Z, 20", "vm-20261127T053650Z, 31"})
    void aPointsFileIsCalledAsThePointIs(String run, int points) throws IOException {
        try (Stream<Path> files = Files.list(RUNS.resolve(run).resolve("points"))) {
            List<Path> all = files.toList();
            assertEquals(points, all.size());
            for (Path file : all) {
                assertEquals(file.getFileName().toString(),
                    PointFile.row(Files.readAllBytes(file), file.toString()).point().name() + ".json");
            }
        }
    }

    /** To the byte: axes that came since have no key there. */
    @ParameterizedTest
    @CsvSource({
        "vm-20261123T112131Z, eca0a442cc82fac69725aa832974f19e4ab2cce51048071e08416a6825c55691",
        "vm-20261127T053650Z, a8c9f84123f8520a55027cc67e461e75bafd59ec3d27a78f0bf3e80f683dd87c"})
    void itsRowsAreWrittenAsTheyWere(String run, String digest) throws NoSuchAlgorithmException {
        List<Row> rows = RunFolder.open(RUNS.resolve(run)).rows();
        assertEquals(digest, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
            .digest(RowsJson.of(rows).getBytes(StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vm-20261123T112131Z", "vm-20261127T053650Z"})
    void itsPointsAreWhereAllWereMeasuredBeforeThereWasAChoice(String run) {
        for (Row row : RunFolder.open(RUNS.resolve(run)).rows()) {
            Arrays.stream(Axis.values()).skip(AXES).forEach(axis ->
                assertEquals(axis.absent().orElseThrow(), row.point().value(axis)));
        }
    }
}
