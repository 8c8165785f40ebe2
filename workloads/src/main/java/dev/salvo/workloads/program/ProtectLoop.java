package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Protection;
import dev.salvo.workloads.kernel.Step;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Children of stress-ng's {@code --tlb-shootdown} that run on one core. Each instance forks a few children over one
 * shared mapping of 2 MiB. A child, round after round: makes a page read-only and reads every cache line of it, makes
 * it writable and writes every line; makes all of them read-only and reads as many lines as there are, in strides that leap
 * from page to page (and, being even, come to some lines more than once and to others never); makes all of them writable and
 * writes as many; makes all of them both; {@code MADV_DONTNEED}s a page, and
 * reads it; and one of a mapped file of four pages, and writes it. (stress-tlb-shootdown.c. Its children move only their
 * parent from CPU to CPU, once a second; they themselves stay.)
 *
 * <p>What they contend for besides the interconnect: the lines, which all children of an instance write; the memory
 * system; the list of mappings, when a VMA is split or merged; and where there are more children than cores, cores: a
 * core runs its children in turns of one round.
 *
 * <p>Left out: the parent, whose rounds the published figures count too, and whose {@code msync} and {@code madvise} of file
 * and mapping broadcast as well; a child's {@code msync(MS_ASYNC)}, which does nothing, and its flush of the data cache after
 * it has written a page.
 *
 * <p>One step is a part of a round: one of the calls with the reads or writes of its page, or some lines of all.
 *
 * <p>A round can be longer than what is measured, and its parts are not alike: at one time a core only touches lines, at
 * another it only flushes. So what a round takes is put together from all cores' time for a TLBI and for a line
 * ({@link #roundNanos}).
 */
public final class ProtectLoop extends Sender {
    /** Pages of the mapping. */
    public static final int PAGES = 512;
    /** Pages of the mapped file. */
    static final int FILE_PAGES = 4;
    /** Children of an instance at the most, and at the least. */
    static final int MOST_CHILDREN = 8;
    static final int FEWEST_CHILDREN = 2;

    private static final int LINE_SHIFT = 6;
    private static final int LINES_OF_PAGE = PageTable.PAGE_SIZE >> LINE_SHIFT;
    private static final int LINES = PAGES * LINES_OF_PAGE;
    /**
     * Lines of one part: as few as a core can have under way, so that waits for lines and work alternate as closely as they
     * do. With many lines between two pieces of work cores would fall into step, each waiting for all others' lines.
     */
    private static final int CHUNK = 64;
    private static final int CHUNKS = LINES / CHUNK;
    /** In which part of a round what begins. */
    private static final int READS = 3;
    private static final int WRITES = READS + CHUNKS + 1;
    private static final int LAST = WRITES + CHUNKS;
    /** Lines of a round, of all its parts. */
    private static final double LINES_OF_ROUND = 2.0 * LINES + 4.0 * LINES_OF_PAGE;
    /** TLBIs of a round: a page; a page; three VMAs of 512 pages together; the address space twice; a page; one of the file. */
    private static final double TLBIS_OF_ROUND = 1 + 1 + PAGES + 2 + 2;

    private final List<Child> children;
    private final long firstPage;
    private final long filePage;
    private final SplittableRandom random;
    /** Which child has the core. */
    private int running;
    /** Of the mapping, for whoever makes all of it read-only next. */
    private int pagesLeft = PAGES;
    private volatile long lines;

    /** One child: where it is in its round. */
    static final class Child {
        private final AddressSpace process;
        private final int stride;
        private int part;
        private int page;
        private int offset;

        /**
         * Makes a child.
         *
         * @param process its address space
         * @param which   its number within its instance: each has a stride of its own
         */
        Child(AddressSpace process, int which) {
            this.process = process;
            this.stride = 137 + PRIMES[which] << LINE_SHIFT;
        }

        private static final int[] PRIMES = {32771, 32779, 32783, 32789, 32797, 32801, 32803, 32831};
    }

    ProtectLoop(Kernel kernel, List<Child> children, long firstPage, long filePage, int batch, long seed,
                LongConsumer roundNanos) {
        super(kernel, batch, roundNanos);
        this.children = children;
        this.firstPage = firstPage;
        this.filePage = filePage;
        random = new SplittableRandom(seed);
    }

    /**
     * Touches everything. The first child begins within the longest of its calls, with so many pages left as it happens
     * (the others are read-only already): where the interconnect is what they wait for, most of them are there most of the
     * time, at no two the same page. Those that should not be are through, and touching lines, before it is measured.
     */
    @Override
    void prepare(Core core) {
        for (Child child : children) {
            child.process.switchMm(core);
            for (int page = 0; page < PAGES; page++) {
                write(core, child, page << PageTable.PAGE_SHIFT, firstPage);
                core.serve();
            }
            for (int page = 0; page < FILE_PAGES; page++) {
                write(core, child, page << PageTable.PAGE_SHIFT, filePage);
            }
        }
        Child first = children.get(0);
        first.part = READS - 1;
        pagesLeft = 1 + random.nextInt(PAGES - 1);
        kernel.mprotect(task, first.process, firstPage + pagesLeft, PAGES - pagesLeft, Protection.READ);
        lines = 0;
    }

    @Override
    boolean isInParts() {
        return true;
    }

    @Override
    long operate(Core core) {
        long start = core.time();
        Child child = children.get(running);
        part(core, child);
        if (child.part == 0 && children.size() > 1) {
            running = running + 1 == children.size() ? 0 : running + 1;
            Step.CONTEXT_SWITCH.on(core, 1);
        }
        return core.time() - start;
    }

    private void part(Core core, Child child) {
        int part = child.part;
        child.part = part == LAST ? 0 : part + 1;
        if (part == 0) {
            child.page = random.nextInt(PAGES);
            kernel.mprotect(task, child.process, firstPage + child.page, 1, Protection.READ);
            readPage(core, child, child.page);
        } else if (part == 1) {
            kernel.mprotect(task, child.process, firstPage + child.page, 1, Protection.WRITE);
            writePage(core, child, firstPage, child.page);
        } else if (part == READS - 1) {
            child.offset = random.nextInt(LINES) << LINE_SHIFT;
            kernel.mprotect(task, child.process, firstPage, pagesLeft, Protection.READ);
            pagesLeft = PAGES;
        } else if (part < WRITES - 1) {
            all(core, child, false);
        } else if (part == WRITES - 1) {
            kernel.mprotect(task, child.process, firstPage, PAGES, Protection.WRITE);
        } else if (part < LAST) {
            all(core, child, true);
        } else {
            kernel.mprotect(task, child.process, firstPage, PAGES, Protection.READ_WRITE);
            int page = random.nextInt(PAGES);
            kernel.madviseDontneed(task, child.process, firstPage + page, 1);
            readPage(core, child, page);
            int filed = random.nextInt(FILE_PAGES);
            kernel.madviseDontneed(task, child.process, filePage + filed, 1);
            writePage(core, child, filePage, filed);
        }
    }

    private void all(Core core, Child child, boolean store) {
        for (int line = 0; line < CHUNK; line++) {
            if (store) {
                write(core, child, child.offset, firstPage);
            } else {
                read(core, child, child.offset);
            }
            child.offset = child.offset + child.stride & (PAGES << PageTable.PAGE_SHIFT) - 1;
            core.serve();
        }
        touched(core, CHUNK);
    }

    private void readPage(Core core, Child child, int page) {
        for (int line = 0; line < LINES_OF_PAGE; line++) {
            read(core, child, (page << PageTable.PAGE_SHIFT) + (line << LINE_SHIFT));
            core.serve();
        }
        touched(core, LINES_OF_PAGE);
    }

    private void writePage(Core core, Child child, long first, int page) {
        for (int line = 0; line < LINES_OF_PAGE; line++) {
            write(core, child, (page << PageTable.PAGE_SHIFT) + (line << LINE_SHIFT), first);
            core.serve();
        }
        touched(core, LINES_OF_PAGE);
    }

    private void touched(Core core, int count) {
        core.fightForLines(count);
        Step.USER_LINE.on(core, count);
        lines += count;
    }

    private void read(Core core, Child child, int offset) {
        core.load(child.process.asid(), (firstPage << PageTable.PAGE_SHIFT) + offset);
    }

    private static void write(Core core, Child child, int offset, long first) {
        core.store(child.process.asid(), (first << PageTable.PAGE_SHIFT) + offset, (byte) offset);
    }

    @Override
    long pagesDone() {
        return lines;
    }

    /**
     * What a round takes, on average over some cores since their marks: so many TLBIs, each with its share of the DSBs, and
     * so many lines, each with its share of all other work.
     *
     * @return host nanoseconds; NaN if nobody has touched a line
     */
    static double roundNanos(List<Sender> loops, long now) {
        long flushing = 0;
        long other = 0;
        long tlbis = 0;
        long lines = 0;
        for (Sender loop : loops) {
            Done done = loop.soFar();
            long nanos = Math.min(done.issueNanos() + done.waitNanos(), loop.nanosSinceMark(now));
            flushing += nanos;
            other += loop.nanosSinceMark(now) - nanos;
            tlbis += done.counts().tlbis();
            lines += loop.pages();
        }
        return (tlbis == 0 ? 0 : TLBIS_OF_ROUND * flushing / tlbis) + LINES_OF_ROUND * other / lines;
    }
}
