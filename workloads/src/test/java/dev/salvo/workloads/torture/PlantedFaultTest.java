package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.HardwareFault;
import dev.salvo.workloads.kernel.KernelFault;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlantedFaultTest {
    @Test
    void everyFaultOfMachineAndKernelCanBePlantedByAName() {
        assertEquals(HardwareFault.values().length - 1 + KernelFault.values().length - 1, PlantedFault.all().size());
        Set<String> names = new HashSet<>();
        for (PlantedFault fault : PlantedFault.all()) {
            assertTrue(names.add(fault.name()));
            assertTrue(fault.name().matches("[a-z]+(-[a-z]+)*"), fault.name());
            assertEquals(Optional.of(fault), PlantedFault.named(fault.name()));
            assertEquals(1, fault.description().lines().count());
            assertTrue((fault.hardware() == HardwareFault.NONE) != (fault.kernel() == KernelFault.NONE));
            boolean ofTheKernel = fault.kernel() != KernelFault.NONE;
            assertEquals(ofTheKernel ? fault.kernel().description() : fault.hardware().description(),
                fault.description());
        }
        assertTrue(names.contains("batched-pending-is-dsb"));
        assertTrue(names.contains("core-skipped"));
    }

    @Test
    void nothingIsNoFault() {
        assertFalse(PlantedFault.all().contains(PlantedFault.NONE));
        assertEquals(Optional.empty(), PlantedFault.named("none"));
        assertEquals(Optional.empty(), PlantedFault.named("CORE-SKIPPED"));
    }

    @Test
    void onlyFaultsOfTheMaskNeedIt() {
        for (PlantedFault fault : PlantedFault.all()) {
            assertEquals(fault.name().startsWith("cpumask"), fault.needsCpuMask(), fault.name());
        }
    }
}
