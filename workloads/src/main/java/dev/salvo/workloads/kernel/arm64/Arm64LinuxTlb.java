package dev.salvo.workloads.kernel.arm64;

import dev.salvo.engine.Core;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.ArchTlb;
import dev.salvo.workloads.kernel.Chip;
import dev.salvo.workloads.kernel.Deferral;
import dev.salvo.workloads.kernel.Linux;
import dev.salvo.workloads.kernel.Linux.Rule;
import dev.salvo.workloads.kernel.Task;
import dev.salvo.workloads.kernel.TlbFlush;

/**
 * arm64's broadcast as one version of Linux does it on one chip: arch/arm64/include/asm/tlbflush.h of that version. What the
 * two leave open are the fields; {@link Arm64Tlb} is the same without any of it.
 */
public final class Arm64LinuxTlb extends ArchTlb {
    /** {@code MAX_DVM_OPS}: as many operations without range instructions are one for the whole address space. */
    private static final long MAX_DVM_OPS = PageTable.ENTRIES;
    private static final int MOST_SCALE = 3;
    private static final int MOST_NUM = 31;
    /** {@code MAX_TLBI_RANGE_PAGES}: what one range operation can cover. */
    private static final long MAX_TLBI_RANGE_PAGES = rangePages(MOST_SCALE, MOST_NUM);
    /** With isolation the lower half of the identifiers are processes', the upper half the kernel's, in pairs. */
    private static final int KERNELS = 1 << 15;

    private final Chip chip;
    private final boolean repeatsEach;
    private final boolean repeatsSync;
    private final boolean limitWaitsTwice;

    private Arm64LinuxTlb(Linux linux, Chip chip) {
        this.chip = chip;
        boolean once = linux.has(Rule.REPEAT_TLBI_SYNC);
        repeatsEach = chip.repeat() == Chip.Repeat.OLD && !once;
        repeatsSync = chip.repeat() != Chip.Repeat.NONE && once;
        limitWaitsTwice = linux.has(Rule.RANGE_LIMIT_WAITS_TWICE);
    }

    /**
     * How a version flushes on a chip.
     *
     * @param linux the version
     * @param chip  the chip
     * @return its instructions, and whether it waits for unmapped pages together
     */
    public static TlbFlush of(Linux linux, Chip chip) {
        Arm64LinuxTlb arch = new Arm64LinuxTlb(linux, chip);
        // arch_tlbbatch_should_defer: not under the erratum's old workaround.
        return new TlbFlush(arch, linux.has(Rule.BATCHED_UNMAP) && !arch.repeatsEach ? Deferral.ALWAYS : Deferral.NEVER);
    }

    @Override
    public MachineSpec hardware(MachineSpec spec) {
        return spec.hafdbs(chip.hafdbs());
    }

    @Override
    public int mostAsids() {
        return chip.kpti() ? KERNELS - 1 : super.mostAsids();
    }

    /** {@code flush_tlb_page}: {@code dsb(ishst)}, {@code tlbi vale1is}, {@code dsb(ish)}. */
    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        core.dsbIshst();
        tlbi(core, Tlbi.vale1is(mm.asid(), page));
        sync(core);
    }

    /** {@code local_flush_tlb_page}: {@code dsb(nshst)}, {@code tlbi vale1}, {@code dsb(nsh)}. */
    @Override
    public void localFlushTlbPage(Core core, AddressSpace mm, long page) {
        core.tlbiLocal(Tlbi.vale1is(mm.asid(), page));
        if (chip.kpti()) {
            core.tlbiLocal(Tlbi.vale1is(mm.asid() | KERNELS, page));
        }
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        core.dsbIshst();
        tlbi(core, Tlbi.aside1is(mm.asid()));
        sync(core);
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        flush(core, mm, first, pages, 1, true);
    }

    @Override
    public void flushTlbRangeAllLevels(Core core, AddressSpace mm, long first, long pages) {
        flush(core, mm, first, pages, 1, false);
    }

    @Override
    public void flushTlbTables(Core core, AddressSpace mm, long first, long tables) {
        flush(core, mm, first, tables * PageTable.ENTRIES, PageTable.ENTRIES, false);
    }

    /** {@code __flush_tlb_range}. A stride is what one operation without range instructions covers, in pages. */
    private void flush(Core core, AddressSpace mm, long first, long pages, int stride, boolean lastLevel) {
        if (chip.tlbirange() ? pages > MAX_TLBI_RANGE_PAGES : pages >= MAX_DVM_OPS * stride) {
            flushTlbMm(core, mm);
            if (limitWaitsTwice) {
                sync(core);
            }
            return;
        }
        core.dsbIshst();
        long end = first + pages;
        long page = first;
        int scale = MOST_SCALE;
        while (page < end) { // __flush_tlb_range_op
            if (!chip.tlbirange() || end - page == 1) {
                tlbi(core, lastLevel ? Tlbi.vale1is(mm.asid(), page) : Tlbi.vae1is(mm.asid(), page));
                page += stride;
                continue;
            }
            int num = (int) Math.min(end - page >> 5 * scale + 1, MOST_NUM + 1) - 1;
            if (num >= 0) {
                tlbi(core, lastLevel ? Tlbi.rvale1is(mm.asid(), page, scale, num) : Tlbi.rvae1is(mm.asid(), page, scale, num));
                page += rangePages(scale, num);
            }
            scale--;
        }
        sync(core);
    }

    private static long rangePages(int scale, int num) {
        return num + 1L << 5 * scale + 1;
    }

    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        task.core().dsbIshst();
        tlbi(task.core(), Tlbi.vale1is(mm.asid(), page));
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        sync(task.core());
    }

    /** {@code __tlbi} and {@code __tlbi_user}. */
    private void tlbi(Core core, long operation) {
        tlbiOnce(core, operation);
        if (chip.kpti()) {
            tlbiOnce(core, Tlbi.ofAsid(operation, Tlbi.asid(operation) | KERNELS));
        }
    }

    private void tlbiOnce(Core core, long operation) {
        core.tlbi(operation);
        if (repeatsEach) {
            core.dsb();
            core.tlbi(operation);
        }
    }

    /** {@code __tlbi_sync_s1ish}. The repeated operation is of nobody's page: that it is issued is what counts. */
    private void sync(Core core) {
        core.dsb();
        if (repeatsSync) {
            core.tlbi(Tlbi.vale1is(0, 0));
            core.dsb();
        }
    }
}
