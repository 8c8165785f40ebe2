package dev.salvo.workloads.torture;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.engine.Program;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.SegmentationFault;
import dev.salvo.workloads.kernel.Task;
import java.util.SplittableRandom;

/**
 * A random program: one step enters a process and either makes a system call there or accesses its memory for a while,
 * now and then as late to serve its port as a core can be that has lost its CPU: just after an invalidation above all.
 * Belongs to the thread of its core.
 */
final class TortureProgram implements Program {
    private static final int ACCESSES_PER_STEP = 192;
    private static final int STEPS_PER_SYSTEM_CALL = 6;
    private static final int STEPS_PER_WATCH = 24;
    private static final int STEPS_PER_HOT_PLUG = 12;
    private static final int STEPS_PER_NAP = 16;
    private static final int STEPS_PER_WAKE_UP = 16;
    private static final int ACCESSES_PER_STALL = 64;
    private static final int INVALIDATIONS_PER_STALL = 4;
    private static final int LONGEST_DEAFNESS = 8;

    /** Of nanoseconds: eight milliseconds. */
    private static final int FOCUS_SHIFT = 23;
    /** How often a step looks at the page in focus, of so many times. */
    private static final int FOCUS_OF = 4;

    /** Of all cores together: where many share a CPU, each turn that one gives away is long. */
    private static final int TURNS_OF_LONGEST_STALL = 128;

    /** What somebody else on the CPU does not let one turn become (ns): nothing would be done but stalling. */
    private static final long LONGEST_STALL = 1_000_000;

    private final Rig rig;
    private final int id;
    private final Configuration configuration;
    private final SplittableRandom random;
    private final int stripe;
    private final boolean[] offline;
    private int focus;
    private int focusSlot;
    private int focusPage;
    private Task task;
    private volatile boolean rests; // the outside thread asks
    private long operations;

    // Where the access is that is being made: for messages.
    private AddressSpace mm;
    private long firstPage;
    private int page;
    private boolean othersByte;

    TortureProgram(Rig rig, int id) {
        this.rig = rig;
        this.id = id;
        configuration = rig.configuration;
        SplittableRandom all = new SplittableRandom(configuration.seed());
        SplittableRandom own = all.split();
        for (int before = 0; before < id; before++) {
            own = all.split();
        }
        random = own;
        stripe = PageTable.PAGE_SIZE / configuration.cores();
        offline = new boolean[configuration.cores()];
    }

    @Override
    public int step(Core core) {
        if (task == null) {
            task = rig.kernel.newTask(core, configuration.batch());
        }
        if (rig.phase() == Rig.CHECK) {
            return rests ? 0 : checkEverything(core);
        }
        if (id == 0 && configuration.hotPluggable() > 0 && random.nextInt(STEPS_PER_HOT_PLUG) == 0) {
            hotPlug(core);
            return 1;
        }
        if (random.nextInt(STEPS_PER_WAKE_UP) == 0) {
            rig.wake(random.nextInt(configuration.cores()));
        }
        if (id != 0 && random.nextInt(STEPS_PER_NAP) == 0) { // one stays awake to wake the others
            rig.nap(id);
            if (rig.phase() == Rig.CHECK) {
                rig.wake(id); // it may have been woken before it went to sleep
            }
            return 0;
        }
        chooseFocus();
        int slot = focusSlot;
        TortureProcess process = rig.processes.get(slot);
        if (process != null && process.enter()) {
            try {
                process.mm.switchMm(core);
                // What this core stored to shared memory as one process it must find as another. Of a page that has
                // been paged out clean since, it may still hold the other's entry, whose TLBI is at its port by now.
                while (core.serve() > 0) {
                    continue;
                }
                if (random.nextInt(focus == FOCUS_OF ? 2 : STEPS_PER_SYSTEM_CALL) == 0) {
                    systemCall(process, slot);
                    operations++;
                } else if (random.nextInt(STEPS_PER_WATCH) == 0) {
                    watch(core, process, slot);
                } else {
                    access(core, process, slot);
                }
            } finally {
                leave(process, slot);
            }
        }
        return 1;
    }

    /** System calls so far. By other threads: a moment old. */
    long operations() {
        return operations;
    }

    /** Whether it has checked everything, and rests. Any thread. */
    boolean isAtRest() {
        return rests;
    }

    private void leave(TortureProcess process, int slot) {
        if (process.leave()) {
            rig.kernel.exit(task, process.mm);
            rig.processes.set(slot, null);
        }
    }

    // ---- accesses

    private void access(Core core, TortureProcess process, int slot) {
        int deaf = 0;
        for (int i = 0; i < ACCESSES_PER_STEP; i++) {
            if (random.nextInt(ACCESSES_PER_STALL) == 0) {
                stall(core);
                deaf = random.nextInt(LONGEST_DEAFNESS);
            }
            boolean shared = slot < Configuration.LASTING && random.nextInt(4) == 0;
            at(process.mm, shared ? Rig.SHARED_PAGE : Rig.PRIVATE_PAGE);
            Region region = shared ? rig.shared : process.memory;
            page = somePage(region.pages);
            switch (random.nextInt(4)) {
                case 0 -> loadAnothers(core, region);
                case 1, 2 -> store(core, region);
                default -> loadOwn(core, region);
            }
            if (deaf > 0) {
                deaf--;
            } else if (core.serve() > 0 && random.nextInt(INVALIDATIONS_PER_STALL) == 0) {
                stall(core);
                deaf = random.nextInt(LONGEST_DEAFNESS);
            }
        }
    }

    /** The one in focus, or low ones more often than others. */
    private int somePage(int pages) {
        return random.nextInt(FOCUS_OF) < focus ? focusPage % pages : random.nextInt(1 + random.nextInt(pages));
    }

    /**
     * Where to look in this step. Every other step all cores look at the same process and page for some milliseconds,
     * on which they agree by the clock, or else at one that a core is watching: what goes wrong when three do different
     * things to one page at once would seldom show otherwise.
     */
    private void chooseFocus() {
        int watched = rig.watched.get();
        if (watched != Rig.NOTHING && random.nextBoolean()) {
            focus = FOCUS_OF;
            focusSlot = watched >>> Rig.PAGE_BITS;
            focusPage = watched & (1 << Rig.PAGE_BITS) - 1;
        } else if (random.nextBoolean()) {
            long choice = new SplittableRandom(configuration.seed() + (System.nanoTime() >> FOCUS_SHIFT)).nextLong();
            focus = FOCUS_OF / 2;
            focusSlot = (int) Long.remainderUnsigned(choice, configuration.processes());
            focusPage = (int) (choice >>> 48);
        } else {
            focus = 0;
            focusSlot = random.nextInt(configuration.processes());
        }
    }

    /** As when a host takes the core's CPU away: nothing is served meanwhile. */
    private void stall(Core core) {
        long start = System.nanoTime();
        for (int turns = 1 + random.nextInt(longestStall()); goesOn(turns, start); turns--) {
            core.giveUpCpu();
        }
    }

    private static boolean goesOn(int turnsLeft, long start) {
        return turnsLeft > 0 && System.nanoTime() - start < LONGEST_STALL;
    }

    private int longestStall() {
        return Math.max(1, TURNS_OF_LONGEST_STALL / configuration.cores());
    }

    /**
     * Goes on accessing one page for as long as a stall may last, without serving its port, and lets the others know
     * which: they may take the entry that it uses away meanwhile, and begin to wait for it, but must not come back from
     * a call that says it is gone.
     */
    private void watch(Core core, TortureProcess process, int slot) {
        at(process.mm, Rig.PRIVATE_PAGE);
        page = somePage(process.memory.pages);
        boolean writes = Region.kind(process.memory.rights(page)) == Region.READ_WRITE;
        boolean allowed = loadOwn(core, process.memory);
        rig.watched.set(slot << Rig.PAGE_BITS | page);
        long start = System.nanoTime();
        for (int turns = 2 * longestStall(); allowed && goesOn(turns, start); turns--) {
            allowed = writes ? store(core, process.memory) : loadOwn(core, process.memory);
            core.giveUpCpu();
        }
        rig.watched.set(Rig.NOTHING);
    }

    private void at(AddressSpace space, long first) {
        mm = space;
        firstPage = first;
    }

    private long va(int offset) {
        return (firstPage + page << PageTable.PAGE_SHIFT) + offset;
    }

    /** Returns whether the access was allowed. */
    private boolean loadOwn(Core core, Region region) {
        long before = region.rights(page);
        byte found = 0;
        boolean succeeded = true;
        try {
            found = core.load(mm.asid(), va(id * stripe));
        } catch (SegmentationFault fault) {
            succeeded = false;
        }
        long after = region.rights(page);
        Region.checkRights(before, after, false, succeeded, this);
        if (succeeded) {
            region.check(id, page, before, after, found, this);
        }
        return succeeded;
    }

    /** What it finds nobody knows but its owner; whether it may be found, and where, is checked all the same. */
    private void loadAnothers(Core core, Region region) {
        othersByte = true;
        long before = region.rights(page);
        boolean succeeded = true;
        try {
            core.load(mm.asid(), va(random.nextInt(PageTable.PAGE_SIZE)));
        } catch (SegmentationFault fault) {
            succeeded = false;
        }
        Region.checkRights(before, region.rights(page), false, succeeded, this);
        othersByte = false;
    }

    /** Returns whether the access was allowed. */
    private boolean store(Core core, Region region) {
        long before = region.rights(page);
        byte value = region.begin(id, page, before);
        boolean succeeded = true;
        try {
            core.store(mm.asid(), va(id * stripe), value);
        } catch (SegmentationFault fault) {
            succeeded = false;
        }
        long after = region.rights(page);
        region.end(id, page, before, after, succeeded);
        Region.checkRights(before, after, true, succeeded, this);
        return succeeded;
    }

    /** The end: every byte of this core's, in all that there is. */
    private int checkEverything(Core core) {
        bringAllOnline(core);
        for (int slot = 0; slot < configuration.processes(); slot++) {
            TortureProcess process = rig.processes.get(slot);
            if (process != null && process.enter()) {
                try {
                    process.mm.switchMm(core);
                    if (slot < Configuration.LASTING) {
                        at(process.mm, Rig.SHARED_PAGE);
                        loadAllOwn(core, rig.shared);
                    }
                    at(process.mm, Rig.PRIVATE_PAGE);
                    loadAllOwn(core, process.memory);
                } finally {
                    leave(process, slot);
                }
            }
        }
        rests = true;
        rig.resting.incrementAndGet();
        return 1;
    }

    private void loadAllOwn(Core core, Region region) {
        for (page = 0; page < region.pages; page++) {
            loadOwn(core, region);
            core.serve();
        }
    }

    // ---- cores

    private void hotPlug(Core core) {
        int other = configuration.alwaysOnline() + random.nextInt(configuration.hotPluggable());
        Machine machine = rig.machine;
        if (offline[other]) {
            machine.bringOnline(other, core);
        } else {
            machine.takeOffline(other, core);
        }
        offline[other] = !offline[other];
    }

    private void bringAllOnline(Core core) {
        for (int other = 0; other < offline.length; other++) {
            if (offline[other]) {
                rig.machine.bringOnline(other, core);
                offline[other] = false;
            }
        }
    }

    // ---- system calls

    private void systemCall(TortureProcess process, int slot) {
        at(process.mm, Rig.PRIVATE_PAGE);
        Region region = process.memory;
        int count = random.nextInt(4) == 0 ? 1 + random.nextInt(region.pages) : 1;
        page = somePage(region.pages - count + 1);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> rig.kernel.madvisePageout(task, mm, firstPage + page, count);
            case 4 -> pageoutShared();
            case 5, 6, 7, 8 -> mprotect(region, count);
            case 9, 10, 11 -> mapOrUnmap(region, count);
            case 12 -> rig.kernel.movePage(task, mm, firstPage + page);
            case 13, 14 -> fork(process);
            default -> {
                if (slot >= Configuration.LASTING) {
                    process.die();
                }
            }
        }
    }

    private void pageoutShared() {
        int count = 1 + random.nextInt(rig.shared.pages);
        rig.kernel.vmscan().reclaimPages(task, rig.sharedMemory, random.nextInt(rig.shared.pages - count + 1), count);
    }

    private void mprotect(Region region, int count) {
        int kind = region.claim(page, count);
        if (kind == Region.READ_WRITE || kind == Region.READ) {
            boolean writable = kind == Region.READ;
            rig.kernel.mprotect(task, mm, firstPage + page, count, writable);
            region.settle(page, count, writable ? Region.READ_WRITE : Region.READ);
        } else if (kind == Region.NONE) {
            region.settle(page, count, kind);
        }
    }

    private void mapOrUnmap(Region region, int count) {
        int kind = region.claim(page, count);
        if (kind == Region.CHANGING) {
            return;
        }
        region.remap(page, count);
        if (kind == Region.NONE) {
            rig.kernel.mmap(task, mm, firstPage + page, count);
            region.settle(page, count, Region.READ_WRITE);
        } else {
            rig.kernel.munmap(task, mm, firstPage + page, count);
            region.settle(page, count, Region.NONE);
        }
    }

    private void fork(TortureProcess parent) {
        int slot = Configuration.LASTING + random.nextInt(configuration.processes() - Configuration.LASTING);
        // The slot first: there are as many address space identifiers as slots, and few more.
        if (!rig.processes.compareAndSet(slot, null, TortureProcess.UNBORN)) {
            return;
        }
        int[] kinds = parent.memory.claimAll();
        if (kinds == null) {
            rig.processes.set(slot, null);
            return;
        }
        long[] snapshot = parent.memory.snapshot();
        AddressSpace child = rig.kernel.fork(task, parent.mm);
        Region memory = parent.memory.fork(snapshot, kinds);
        parent.memory.settleAll(kinds, kinds.length);
        rig.processes.set(slot, new TortureProcess(child, memory));
    }

    @Override
    public String toString() {
        return (othersByte ? "a byte" : "core " + id + "'s byte") + " of page 0x"
            + Long.toHexString(firstPage + page) + " of address space " + mm.asid();
    }
}
