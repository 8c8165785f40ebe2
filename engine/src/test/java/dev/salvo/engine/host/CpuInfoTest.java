package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuInfoTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "processor : 0;cpu : POWER9, altivec supported;clock : 3783MHz;;machine : PowerNV 8335-GTH "
            + "| POWER9, altivec supported",
        "vendor_id : IBM/S390;# processors : 2;processor 0: version = FF,  identification = 2A,  machine = 3906 "
            + "| IBM/S390 machine 3906",
        "processor : 0;hart : 1;isa : rv64imafdc;mmu : sv39;uarch : sifive,u74-mc | sifive,u74-mc",
        "processor : 0;isa : rv64imafdcv;mvendorid : 0x5b7;marchid : 0x0 | RISC-V vendor 0x5b7 architecture 0x0",
        "processor : 0;hart : 1;isa : rv64imafdc | RISC-V rv64imafdc",
        "system type : generic-loongson-machine;processor : 0;CPU Family : Loongson-64bit;Model Name : Loongson-3A5000 "
            + "| Loongson-3A5000",
        "system type : mips;processor : 0;cpu model : ICT Loongson-3 V0.9 FPU V0.1 | ICT Loongson-3 V0.9 FPU V0.1",
        "cpu : TI UltraSparc II  (BlackBird);fpu : UltraSparc II integrated FPU | TI UltraSparc II  (BlackBird)",
        "cpu : Alpha;cpu model : EV67;cpu variation : 7 | EV67",
        "processor : 0;vendor_id : GenuineIntel;cpu family : 6;model : 158;model name : A Chip | A Chip",
        "processor : 0;vendor_id : GenuineIntel;cpu family : 6;model : 158 | GenuineIntel family 6 model 158",
        "processor : 0;vendor : GenuineIntel;family : 31;model : 1 | GenuineIntel family 31 model 1",
        "Processor : ARMv7 rev 1;processor : 0;processor : 1;CPU implementer : 0x41;CPU part : 0xc09;Hardware : X "
            + "| Arm Cortex-A9",
        "processor : 0;model name : ARMv7 Processor rev 4 (v7l);CPU implementer : 0x41;CPU part : 0xd03 | Arm Cortex-A53",
        "processor : 0;CPU implementer : 0x41;CPU part : 0xD0C | Arm Neoverse-N1",
        "processor : 0;CPU implementer : 0x99;CPU part : 0x001 | CPU implementer 0x99 part 0x001",
        "Hardware : Something on Arm | Something on Arm",
        "nonsense | unknown CPU model"})
    void everyArchitecturesWordForTheModelIsFound(String lines, String model) throws IOException {
        new RecordedHost(root).with("proc/cpuinfo", lines.replace(';', '\n'));
        assertEquals(model, new CpuInfo(new HostFiles(root)).model());
    }

    @Test
    void withoutTheFileTheModelIsUnknown() {
        assertEquals("unknown CPU model", new CpuInfo(new HostFiles(root)).model());
    }
}
