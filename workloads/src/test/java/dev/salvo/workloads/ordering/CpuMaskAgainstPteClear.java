package dev.salvo.workloads.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.CpuMask;
import dev.salvo.workloads.kernel.Deferral;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.TlbFlush;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Of a core that begins to run in an address space and one that takes an entry of it away, one sees the other: either
 * the remover finds the core in the mask ({@link CpuMask#anyBut}) and sends it a TLBI, or the core, which has entered
 * itself ({@link CpuMask#add}), finds the entry gone when it walks.
 *
 * <p>A store and then a load on either side: release and acquire allow both to see nothing, on x86-64 too. It takes a
 * full fence on both sides.
 *
 * <p>The remover stores an empty entry by {@code PageTable.set}, which is no fence (an exchange would be one on x86-64,
 * and hide the mask's own). Results: 1 if it found nobody else in the mask, and 1 if the walk met the old entry.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl workloads -am test -Dtest=MaskOrderingTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Djcstress.mode=default
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result         count  AArch64, unordered
 * 0, 0           3,712  yes
 * 0, 1         309,811  yes
 * 1, 0         869,609  yes
 * 1, 1               0  yes: loads pass stores
 * </pre>
 * What forbids it: the full fences that end {@code add} and begin {@code anyBut}. With the one in {@code anyBut} taken
 * out, 1, 1 came up 311 times in 291,559. (The one in {@code add} follows an atomic or: on x86-64 a fence by itself, on
 * AArch64 not.)
 */
@JCStressTest
@State
@Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "the core is sent a TLBI: it may have met either entry")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "no TLBI, and its walk found the entry gone")
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "no TLBI, and it has cached the old entry")
public class CpuMaskAgainstPteClear {
    private static final long PAGE = 1;

    private final AddressSpace mm = new Kernel(new TlbFlush(new Arm64Tlb(), Deferral.IF_ELSEWHERE)).newAddressSpace(2);

    /** Maps the page that is taken away. */
    public CpuMaskAgainstPteClear() {
        mm.cpuMask().add(0);
        mm.pageTable().set(PAGE, Pte.readOnly(1));
    }

    @Actor
    public void remover(II_Result result) {
        mm.pageTable().set(PAGE, 0);
        result.r1 = mm.cpuMask().anyBut(0) ? 0 : 1;
    }

    @Actor
    public void newcomer(II_Result result) {
        mm.cpuMask().add(1);
        result.r2 = Pte.isValid(mm.pageTable().walk(PAGE)) ? 1 : 0;
    }
}
