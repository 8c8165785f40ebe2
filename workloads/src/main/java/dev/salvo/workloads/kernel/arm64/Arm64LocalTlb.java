package dev.salvo.workloads.kernel.arm64;

import dev.salvo.engine.Core;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.CpuMask;

/**
 * Tells no other core where there is no other to tell: if the mm's cpumask says that it has run on this core only, a
 * {@code tlbi vale1} and a {@code dsb(nsh)} do; else as {@link Arm64Tlb}. arm64 keeps no such mask today; x86 decides
 * like this whom to interrupt. A batch broadcasts: it is for deferrals that ask the mask first.
 *
 * <p>The mask is read after the entry was taken away, with a full fence between: see {@link CpuMask}.
 */
public final class Arm64LocalTlb extends Arm64Tlb {
    /** Makes it. */
    public Arm64LocalTlb() {
    }

    @Override
    public boolean asksMmCpumask() {
        return true;
    }

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        core.dsbIshst();
        if (mm.cpuMask().anyBut(core.id())) {
            core.tlbi(Tlbi.vale1is(mm.asid(), page));
            core.dsb();
        } else {
            core.tlbiLocal(Tlbi.vale1is(mm.asid(), page));
        }
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        core.dsbIshst();
        if (mm.cpuMask().anyBut(core.id())) {
            core.tlbi(Tlbi.aside1is(mm.asid()));
            core.dsb();
        } else {
            core.tlbiLocal(Tlbi.aside1is(mm.asid()));
        }
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        if (pages >= MAX_DVM_OPS) {
            flushTlbMm(core, mm);
            return;
        }
        core.dsbIshst();
        boolean elsewhere = mm.cpuMask().anyBut(core.id());
        for (long page = first; page < first + pages; page++) {
            if (elsewhere) {
                core.tlbi(Tlbi.vale1is(mm.asid(), page));
            } else {
                core.tlbiLocal(Tlbi.vale1is(mm.asid(), page));
            }
        }
        if (elsewhere) {
            core.dsb();
        }
    }
}
