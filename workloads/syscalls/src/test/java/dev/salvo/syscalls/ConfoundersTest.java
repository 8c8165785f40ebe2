package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.HostTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfoundersTest {
    @TempDir
    private Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Confounders read(String log) {
        return Confounders.read(root, HostTopology.read(root), log);
    }

    private void x86(String flags, String release) throws IOException {
        file("sys/devices/system/cpu/online", "0-1\n");
        file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu tsc " + flags + "\n\nprocessor\t: 1\nflags\t\t: fpu\n");
        file("proc/sys/kernel/osrelease", release + "\n");
    }

    @Test
    void aGuestWhoseHypervisorFlushesSaysSoInItsLog() throws IOException {
        x86("hypervisor", "6.18.44-fc");
        Confounders guest = read("[    0.000000] Hypervisor detected: PVM\n[    0.000253] pvm-pv: remote TLB flushes via "
            + "PVM_HC_FLUSH_TLB_MULTI\n");
        assertEquals("PVM", guest.get("hypervisor").state());
        assertEquals("remote TLB flushes via PVM_HC_FLUSH_TLB_MULTI", guest.get("paravirtual flush").state());
        assertEquals("not counted: paravirtual flush (remote TLB flushes via PVM_HC_FLUSH_TLB_MULTI), rows TLB and CAL of "
            + "/proc/interrupts do not rise", guest.whyUncounted());
    }

    @Test
    void kvmAndHyperVSayItInTheirWords() throws IOException {
        x86("hypervisor", "6.1.0");
        Confounders kvm = read("[ 0.0] Hypervisor detected: KVM\n[ 0.1] kvm-guest: setup PV IPIs\n"
            + "[ 0.1] kvm-guest: KVM setup pv remote TLB flush\n");
        assertEquals("KVM setup pv remote TLB flush", kvm.get("paravirtual flush").state());
        assertTrue(kvm.whyTooFew().contains("the hypervisor flushed for a CPU that did not run"), kvm.whyTooFew());
        assertEquals("setup PV IPIs", kvm.get("paravirtual interrupts").state());
        Confounders hyperV = read("[ 0.0] Hyper-V: Using hypercall for remote TLB flush\n[ 0.0] Hyper-V: Using IPI hypercalls\n");
        assertEquals("Using hypercall for remote TLB flush", hyperV.get("paravirtual flush").state());
        assertEquals("Using IPI hypercalls", hyperV.get("paravirtual interrupts").state());
    }

    @Test
    void aPlainKvmGuestHasNoParavirtualFlush() throws IOException {
        x86("hypervisor", "6.1.0");
        Confounders guest = read("[ 0.0] Linux version 6.1.0\n[ 0.0] Hypervisor detected: KVM\n");
        assertEquals("no", guest.get("paravirtual flush").state());
        assertEquals("", guest.whyTooFew());
    }

    @Test
    void aLogThatIsHiddenTellsNothing() throws IOException {
        x86("hypervisor", "6.1.0");
        Confounders guest = read("");
        assertEquals("not told", guest.get("paravirtual flush").state());
        assertEquals("yes, its name is not told", guest.get("hypervisor").state());
        assertTrue(guest.whyUncounted().contains("as where the hypervisor flushes"), guest.whyUncounted());
    }

    /** The kernel's buffer is a ring: after some weeks nothing of what was said at boot is left. */
    @Test
    void aLogThatHasLostItsBeginningTellsNothingEither() throws IOException {
        x86("hypervisor", "6.1.0");
        Confounders guest = read("[ 912345.6] eth0: link becomes ready\n");
        assertEquals("not told", guest.get("paravirtual flush").state());
        assertEquals("not told", guest.get("paravirtual interrupts").state());
        assertEquals("yes, its name is not told", guest.get("hypervisor").state());
    }

    @Test
    void aKernelThatDoesNotAskTheCpuToBroadcastIsNotExcusedByThat() throws IOException {
        x86("pcid invlpgb", "6.8.0");
        Confounders older = read("[ 0.0] Linux version 6.8.0\n");
        assertFalse(older.whyUncounted().contains("INVLPGB"), older.whyUncounted());
        assertEquals("", older.whyTooFew());
    }

    @Test
    void invlpgbInterruptsNobody() throws IOException {
        x86("pcid invlpgb", "6.15.2");
        Confounders bare = read("[ 0.0] Linux version 6.15.2\n");
        assertEquals("no", bare.get("hypervisor").state());
        assertEquals("yes", bare.get("broadcast invalidation (INVLPGB)").state());
        assertEquals("yes", bare.get("address-space tags (PCID)").state());
        assertTrue(bare.whyUncounted().contains("INVLPGB"), bare.whyUncounted());
        assertTrue(bare.whyTooFew().contains("INVLPGB"), bare.whyTooFew());
    }

    @Test
    void aBareHostThatDoesNotCountIsNotExplainedAway() throws IOException {
        x86("pcid", "6.1.0");
        assertTrue(read("[ 0.0] Linux version 6.1.0\n").whyUncounted().endsWith("and why is not known"));
    }

    @Test
    void mitigationsAreListedAndIsolationApart() throws IOException {
        x86("pti", "6.1.0");
        file("sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n");
        file("sys/devices/system/cpu/vulnerabilities/spectre_v2", "Mitigation: Retpolines; STIBP: disabled\n");
        file("sys/devices/system/cpu/vulnerabilities/mds", "Not affected\n");
        Confounders host = read("");
        assertEquals("yes", host.get("page-table isolation (PTI)").state());
        assertEquals("meltdown, spectre_v2", host.get("mitigations").state());
        file("sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n");
        assertEquals("no", read("").get("page-table isolation (PTI)").state());
    }

    @Test
    void schedulingAndMemoryAreTold() throws IOException {
        x86("pcid", "6.1.0");
        file("sys/devices/system/cpu/nohz_full", "1\n");
        file("sys/devices/system/cpu/isolated", "1\n");
        file("sys/devices/system/cpu/cpu0/cpuidle/state0/name", "POLL\n");
        file("sys/devices/system/cpu/cpu0/cpuidle/state1/name", "C6\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
        file("proc/stat", "cpu  10 0 10 70 0 0 0 10 0 0\n");
        file("proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 1048572 0 100\n");
        Confounders host = read("");
        assertEquals("1", host.get("nohz_full").state());
        assertEquals("1", host.get("isolcpus").state());
        assertEquals("POLL, C6", host.get("idle states").state());
        assertEquals("10 % since boot", host.get("steal").state());
        assertEquals("always", host.get("transparent huge pages").state());
        assertEquals("/dev/zram0", host.get("swap").state());
        file("proc/cmdline", "quiet idle=poll\n");
        assertEquals("none, idle=poll", read("").get("idle states").state());
    }

    @Test
    void aContainerThatHidesAllIsNotTakenForBareMetal() throws IOException {
        file("sys/devices/system/cpu/online", "0\n");
        Confounders container = read("");
        for (String name : new String[] {"broadcast invalidation (INVLPGB)", "address-space tags (PCID)",
            "page-table isolation (PTI)", "mitigations", "paravirtual flush", "idle states", "transparent huge pages"}) {
            assertEquals("not told", container.get(name).state(), name);
        }
    }

    @Test
    void theKernelsVersionSaysWhatItChanges() throws IOException {
        x86("pcid", "6.8.0");
        assertTrue(read("").get("kernel").means().contains("once a list"));
        x86("pcid", "6.12.0");
        assertTrue(read("").get("kernel").means().contains("once for 31 pages"));
        assertFalse(read("").get("kernel").means().contains("mask late"));
        x86("pcid", "6.18.1");
        assertTrue(read("").get("kernel").means().contains("mask late"));
        file("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n");
        file("proc/sys/kernel/osrelease", "6.19.0\n");
        assertTrue(read("").get("kernel").means().contains("on its own CPU"));
        file("proc/cpuinfo", "");
        assertEquals("", read("").get("kernel").means());
    }

    @Test
    void aLineHasNameStateAndMeaning() {
        assertEquals("steal: 0 %", new Confounders.Confounder("steal", "0 %", "").toString());
        assertEquals("swap: no (pageout cannot be measured)",
            new Confounders.Confounder("swap", "no", "pageout cannot be measured").toString());
    }

    @Test
    void thisHostIsRead() {
        HostTopology host = HostTopology.read();
        Confounders here = Confounders.read(host);
        assertEquals(host.kernel(), here.get("kernel").state());
        here.list().forEach(one -> assertFalse(one.state().isBlank(), one.name()));
    }
}
