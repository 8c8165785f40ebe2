package dev.salvo.workloads.kernel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Linux, as far as it differs from others in what it flushes: a full stable version (6.12.118), and the
 * {@link Rule}s that it has, those that were carried back to its line included.
 *
 * <p>A table of rules, not of results: what a system call flushes follows from the path that the kernel here takes.
 */
public final class Linux {
    /**
     * No kernel that there was: what runs from before versions were told apart were measured on. Entries of private memory that
     * gain a right are not flushed, it has no zero page, and no page table is freed.
     */
    public static final Linux MIXED = new Linux("mixed", 0, EnumSet.of(Rule.FREE_IN_BATCHES, Rule.MPROTECT_GATHERS,
        Rule.PAGEOUT_LEAVES_YOUNG));

    /** How many folios are freed with one flush where lists are freed in batches. */
    static final int FOLIO_BATCH = 31;
    /** No list is longer: what one last-level table maps. */
    static final int WHOLE_LIST = 512;

    /** The versions that a short word stands for: the newest of each line that was counted, or else read. */
    private static final String[] NEWEST = {"5.10.255", "6.1.192", "6.6.143", "6.9.12", "6.12.118", "6.16.12", "6.18.15",
        "7.3.4"};
    /**
     * Debian names packages by their interface, which does not tell the patch level: 6.1.0-57 is 6.1.192, and every other of a
     * line is taken for the newest of it, too.
     */
    private static final Pattern VERSION = Pattern.compile("(\\d{1,2})\\.(\\d{1,3})(?:\\.(\\d{1,3})(-\\d+)?)?");

    /**
     * What differs. Each is one thing, of one commit, since one version, and perhaps until one, or carried back to older
     * lines from one patch level on; where that level is not known exactly, it is the one that was counted.
     */
    public enum Rule {
        /** {@code mprotect} flushes through an mmu_gather, so last-level; before, {@code flush_tlb_range} of all levels. */
        MPROTECT_GATHERS("4a18419f71cd", "mm/mprotect: use mmu_gather", "5.19"),
        /** Migration unmaps up to 512 folios before one flush. */
        MIGRATION_BATCHES("7e12beb8ca2a", "migrate_pages: batch flushing TLB", "6.3"),
        /** Unmapping sends the TLBI and does not wait. */
        BATCHED_UNMAP("43b3dfdd0455",
            "arm64: support batched/deferred tlb shootdown during page reclamation/migration", "6.6"),
        /** Reclaim frees, and so flushes, whenever 31 folios have gathered; before, once a list. */
        FREE_IN_BATCHES("bc2ff4cbc329", "mm: free folios in a batch in shrink_folio_list()", "6.9"),
        /** {@code MADV_PAGEOUT} ignores references; before, it cleared young bits, and flushed those after reclaim. */
        PAGEOUT_LEAVES_YOUNG("2864f3d0f583", "mm: madvise: pageout: ignore references rather than clearing young", "6.9"),
        /** A range over the limit waits for its {@code flush_tlb_mm}, and then once more. */
        RANGE_LIMIT_WAITS_TWICE("", "arm64/mm: Split __flush_tlb_range() to elide trailing DSB", "6.9", "7.0"),
        /** A private page that is swapped in by a read is mapped writable where nobody shares it. */
        SWAP_IN_WRITABLE("", "mm: set pte writable while pte_soft_dirty() is true in do_swap_page()", "6.11"),
        /** A page of a dirty folio is mapped with a dirty entry: {@code set_pte_range}, by Matthew Wilcox, February 2025. */
        DIRTY_FOLIO_DIRTY_ENTRY("", "mm: set the pte dirty if the folio is already dirty", "6.16"),
        /** Making an entry writable leaves a clean one clean; before, it made it dirty. */
        MKWRITE_KEEPS_CLEAN("143937ca51cc", "arm64, mm: avoid always making PTE dirty in pte_mkwrite()", "6.18", "",
            "6.12.118"),
        /** {@code mprotect} flushes no entry that was invalid, or of which only software's bits change. */
        PTE_NEEDS_FLUSH("", "pte_needs_flush() of arm64", "6.19"),
        /** A write fault on a page that may simply be written flushes the own TLB only; before, it broadcast and waited. */
        LOCAL_WRITE_FAULT("cb1fa2e99955", "arm64, tlbflush: don't TLB broadcast if page reused in write fault", "6.19"),
        /** REPEAT_TLBI once a wait, on the cores of erratum 4118414, too; before, at each TLBI, and without batching. */
        REPEAT_TLBI_SYNC("a8f78680ee6b", "", "7.1", "", "6.1.192", "6.6.143", "6.12.118");

        private final String commit;
        private final String subject;
        private final String since;
        private final String until;
        private final String[] backports;

        Rule(String commit, String subject, String since) {
            this(commit, subject, since, "");
        }

        Rule(String commit, String subject, String since, String until, String... backports) {
            this.commit = commit;
            this.subject = subject;
            this.since = since;
            this.until = until;
            this.backports = backports;
        }

        /**
         * The change that brought it.
         *
         * @return the first digits of the commit and its subject, without the one that is not known
         */
        public String commit() {
            return (commit + " " + subject).strip();
        }

        /**
         * The first version that has it.
         *
         * @return for instance {@code "6.9"}
         */
        public String since() {
            return since;
        }

        private boolean isIn(int version) {
            return version >= number(since) && (until.isEmpty() || version < number(until))
                || Arrays.stream(backports).mapToInt(Linux::number).anyMatch(from -> line(from) == line(version)
                    && version >= from);
        }
    }

    private final String name;
    private final int number;
    private final Set<Rule> rules;

    private Linux(String name, int number, Set<Rule> rules) {
        this.name = name;
        this.number = number;
        this.rules = rules;
    }

    /**
     * A version.
     *
     * @param word a full version, that of a Debian package (6.1.0-57), or a line for the newest of it that was counted
     * @return the version
     * @throws IllegalArgumentException if it is none, or older than 5.10, in one line
     */
    public static Linux of(String word) {
        Matcher parts = VERSION.matcher(Objects.requireNonNull(word));
        if (!parts.matches()) {
            throw new IllegalArgumentException("Linux \"" + word + "\": accepted are versions like 6.12 or 6.12.118");
        }
        String line = parts.group(1) + "." + parts.group(2);
        String version = parts.group(3) == null || parts.group(4) != null ? newest(line) : word;
        int number = number(version);
        if (number < number("5.10")) {
            throw new IllegalArgumentException("Linux " + word + ": accepted are 5.10 and later");
        }
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        Arrays.stream(Rule.values()).filter(rule -> rule.isIn(number)).forEach(rules::add);
        return new Linux(version, number, rules);
    }

    private static String newest(String line) {
        return Arrays.stream(NEWEST).filter(version -> version.startsWith(line + ".")).findFirst().orElse(line + ".0");
    }

    private static int number(String version) {
        String[] parts = version.split("\\.");
        return (Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1])) * 1000
            + (parts.length > 2 ? Integer.parseInt(parts[2]) : 0);
    }

    private static int line(int version) {
        return version / 1000;
    }

    /**
     * Whether it has a rule.
     *
     * @param rule the rule
     * @return whether its source has it
     */
    public boolean has(Rule rule) {
        return rules.contains(rule);
    }

    /**
     * Whether it is {@link #MIXED}.
     *
     * @return false of every version that there was
     */
    public boolean isMixed() {
        return number == 0;
    }

    /**
     * How many folios reclaim frees with one flush.
     *
     * @return {@value #FOLIO_BATCH}, or as many as a list can have
     */
    public int freeBatch() {
        return has(Rule.FREE_IN_BATCHES) ? FOLIO_BATCH : WHOLE_LIST;
    }

    /**
     * Its version.
     *
     * @return in full, for instance {@code "6.12.118"}
     */
    @Override
    public String toString() {
        return name;
    }
}
