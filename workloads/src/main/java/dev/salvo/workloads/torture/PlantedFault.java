package dev.salvo.workloads.torture;

import dev.salvo.engine.HardwareFault;
import dev.salvo.point.Point;
import dev.salvo.workloads.kernel.KernelFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something wrong, on purpose, with the machine or with its kernel.
 *
 * @param name     what it is called, for instance {@code dsb-left-out}
 * @param hardware what is wrong with the machine; {@link HardwareFault#NONE} for a fault of the kernel
 * @param kernel   what is wrong with the kernel; {@link KernelFault#NONE} for a fault of the machine
 */
public record PlantedFault(String name, HardwareFault hardware, KernelFault kernel) {
    /** Nothing: what must hold, holds. */
    public static final PlantedFault NONE = new PlantedFault("none", HardwareFault.NONE, KernelFault.NONE);

    /**
     * All there are.
     *
     * @return every fault but {@link #NONE}, those of the machine first
     */
    public static List<PlantedFault> all() {
        List<PlantedFault> all = new ArrayList<>();
        for (HardwareFault fault : HardwareFault.values()) {
            if (fault != HardwareFault.NONE) {
                all.add(new PlantedFault(Point.word(fault), fault, KernelFault.NONE));
            }
        }
        for (KernelFault fault : KernelFault.values()) {
            if (fault != KernelFault.NONE) {
                all.add(new PlantedFault(Point.word(fault), HardwareFault.NONE, fault));
            }
        }
        return all;
    }

    /**
     * Finds one by its name.
     *
     * @param name its name
     * @return the fault, if there is one
     */
    public static Optional<PlantedFault> named(String name) {
        return all().stream().filter(fault -> fault.name.equals(name)).findFirst();
    }

    /**
     * What is wrong.
     *
     * @return one line
     */
    public String description() {
        return hardware == HardwareFault.NONE ? kernel.description() : hardware.description();
    }

    /** Whether only the strategy that looks at mm_cpumask is wrong with it. */
    boolean needsCpuMask() {
        return kernel == KernelFault.CPUMASK_FORGETS || kernel == KernelFault.CPUMASK_FENCE_LEFT_OUT;
    }
}
