package dev.salvo.workloads.trace;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What people hand over in a lackey trace's place, known by its first bytes or by one of its lines, and what to do. */
final class ForeignInput {
    private static final String INSTEAD = "; accepted is what valgrind --tool=lackey --trace-mem=yes writes";

    private static final Pattern CHUNK = Pattern.compile("chunk\\.[0-9]{4,}");
    private static final String CHUNKS = "a trace of drmemtrace's, binary data in chunks and no text: its view tool shows it "
        + "(drrun -t drmemtrace -tool view -infile FILE)" + INSTEAD;

    private static final List<Kind> WHOLE = List.of(
        packed("xz", "\u00fd7zXZ", "xz -dc FILE"),
        packed("zstd", "\\(\u00b5/\u00fd|[P-_]\\*M\u0018", "zstd -dc FILE"),
        packed("bzip2", "BZh[1-9]", "bzip2 -dc FILE"),
        packed("lz4", "\u0004\"M\u0018|\u0002!L\u0018", "lz4 -dc FILE"),
        packed("lzip", "LZIP", "lzip -dc FILE"),
        packed("lzop", "\u0089LZO", "lzop -dc FILE"),
        packed("lzma", "]\\x00\\x00", "xz --format=lzma -dc FILE"),
        packed("compress", "\u001f\u009d", "gzip -dc FILE"),
        packed("snappy", "\u00ff\u0006\\x00\\x00sNaPpY", "snzip -dc FILE"),
        packed("7-Zip", "7z\u00bc\u00af", "7z x -so FILE"),
        packed("rar", "Rar!", "unrar p -inul FILE"),
        packed("gzip a second time", "\u001f\u008b", "gzip -dc FILE"),
        new Kind("a zip archive without a file of its own, or in another archive", "PK[\u0001-\b]{2}",
            "; accepted is one trace: unzip -p FILE NAME | salvo tlb -"),
        new Kind("a tar archive", "(?s).{257}ustar", "; accepted is one trace: tar -xOf FILE NAME | salvo tlb -"),
        new Kind("text in UTF-16", "\u00ff\u00fe|\u00fe\u00ff",
            "; accepted is ASCII: iconv -f UTF-16 -t ASCII FILE | salvo tlb -"),
        new Kind("text in UTF-16", "([\t\r\n -~]\\x00){2}",
            "; accepted is ASCII: iconv -f UTF-16LE -t ASCII FILE | salvo tlb -"),
        new Kind("text in UTF-16", "(\\x00[\t\r\n -~]){2}",
            "; accepted is ASCII: iconv -f UTF-16BE -t ASCII FILE | salvo tlb -"),
        new Kind("an ELF file, a program or a library and no trace of one", "\u007fELF", INSTEAD),
        new Kind("a script and no trace of one", "#!", INSTEAD),
        new Kind("a PDF document", "%PDF-", INSTEAD),
        new Kind("a picture", "\u0089PNG|\u00ff\u00d8\u00ff|GIF8|(?s).{0,200}<svg", INSTEAD),
        new Kind("a page of HTML, perhaps what a server said instead of the file",
            "(?is)\\s*(<!--.{0,200}-->\\s*)?<(!doctype html|html|head|body)", INSTEAD),
        new Kind("XML", "\\s*<(\\?xml|[A-Za-z!])", INSTEAD),
        new Kind("JSON", "\\s*(\\{\\s*[\"}]|\\[\\s*[\\[{\"\\d\\]])", INSTEAD),
        new Kind("Git LFS's pointer to a file that has not been fetched", "version https://git-lfs", INSTEAD),
        new Kind("recorded data of perf", "PERFILE|PERFFILE", INSTEAD),
        new Kind("a packet trace of gem5", "gem5", INSTEAD),
        new Kind("binary data, as drmemtrace and ChampSim write it, and no text",
            "(?s)(.{0,40}?[\\x00-\b\u000e-\u001a\u001c-\u001f]){4}", INSTEAD));

    private static final List<Kind> LINES = List.of(
        new Kind("is a line of Dinero's din format", "[0-4][ \t]+(0[xX])?[0-9a-fA-F]+([ \t].*)?", INSTEAD),
        new Kind("is a line of Dinero's extended format", "[rwimfcx][ \t]+(0[xX])?[0-9a-fA-F]+([ \t].*)?", INSTEAD),
        new Kind("is a line of Pin's pinatrace", "0x[0-9a-fA-F]+: [RW] 0x[0-9a-fA-F]+.*", INSTEAD),
        new Kind("is a bare address, as Pin's itrace writes them", "0x[0-9a-fA-F]{5,16}", INSTEAD),
        new Kind("is a line of drmemtrace's view tool",
            "Output format:.*|.*<--record#-.*|.*<marker: .*|[ \\d]*\\d +\\d+: +\\d+ (read|write|ifetch|<).*", INSTEAD),
        new Kind("is a line of gem5's debug output", " *\\d+: (system|global|board|root)\\b.*", INSTEAD),
        new Kind("is a line of perf script", "\\s*\\S.* \\d+(/\\d+)? +(\\[\\d+\\] +)?\\d+\\.\\d+: .*", INSTEAD),
        new Kind("is a line of strace or ltrace", "(\\[pid +\\d+\\] |\\d+ +)?([\\d:.]+ )?([\\w.@>*-]+->)?\\w+\\(.*"
            + "(\\) += .*|<unfinished \\.\\.\\.>|<no return \\.\\.\\.>)", INSTEAD),
        new Kind("is a line of cachegrind's, callgrind's or massif's file, which counts and holds no trace",
            "(desc|cmd|time_unit|events|version|creator|pid|part|positions): ?.*", INSTEAD),
        new Kind("is a line of cg_annotate's or ms_print's report, which counts and holds no trace", "-{40,}", INSTEAD));

    private ForeignInput() {
    }

    /**
     * What begins so.
     *
     * @param head the first bytes, each a character
     * @return what it is, and what to do; null if nobody knows
     */
    static String thatBegins(String head) {
        for (Kind kind : WHOLE) {
            if (kind.pattern.matcher(head).lookingAt()) {
                return kind.name + kind.instead;
            }
        }
        return null;
    }

    /**
     * What a zip archive is that has files of such names.
     *
     * @param names of the first file, and of the second if there is one
     * @return what it is, and what to do; null if nobody knows
     */
    static String thatHasFiles(String... names) {
        return Stream.of(names).allMatch(name -> CHUNK.matcher(name).matches()) ? CHUNKS : null;
    }

    /**
     * What has such a line.
     *
     * @param line without its end
     * @return what the line is, and what to do; null if nobody knows
     */
    static String thatHasLine(String line) {
        String text = line.stripTrailing();
        for (Kind kind : LINES) {
            if (kind.pattern.matcher(text).matches()) {
                return kind.name + kind.instead;
            }
        }
        return null;
    }

    private static Kind packed(String by, String magic, String unpacking) {
        return new Kind("compressed by " + by, magic, "; accepted is a trace as text, gzipped or zipped: " + unpacking
            + " | salvo tlb -");
    }

    /** Something foreign: its name, the pattern that tells it, and what to do instead. */
    private static final class Kind {
        private final String name;
        private final Pattern pattern;
        private final String instead;

        Kind(String name, String pattern, String instead) {
            this.name = name;
            this.pattern = Pattern.compile(pattern);
            this.instead = instead;
        }
    }
}
