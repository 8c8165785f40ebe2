package dev.salvo.workloads.counts;

import dev.salvo.workloads.kernel.Chip;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The cores that were counted on, as far as a kernel flushes otherwise on them. */
enum Cpu {
    /** No range instructions, no hardware dirty state. */
    CORTEX_A72(false, Chip.Repeat.NONE, false, false),
    /** Its hardware dirty state is not used (erratum 1024718). */
    CORTEX_A55(false, Chip.Repeat.NONE, false, false),
    /** Erratum 4118414. */
    NEOVERSE_N1(false, Chip.Repeat.NEW, true, false),
    /** Erratum 4118414. */
    NEOVERSE_V1(true, Chip.Repeat.NEW, true, false),
    /** Erratum 4118414. */
    NEOVERSE_N2(true, Chip.Repeat.NEW, true, true),
    /** All that the emulator has. */
    MAX(true, Chip.Repeat.NONE, true, true);

    private final boolean tlbirange;
    private final Chip.Repeat repeat;
    private final boolean hafdbs;
    /** Whether it needs no isolation where addresses are randomized: FEAT_E0PD. */
    private final boolean e0pd;

    Cpu(boolean tlbirange, Chip.Repeat repeat, boolean hafdbs, boolean e0pd) {
        this.tlbirange = tlbirange;
        this.repeat = repeat;
        this.hafdbs = hafdbs;
        this.e0pd = e0pd;
    }

    static Optional<Cpu> named(String word) {
        return Arrays.stream(values()).filter(cpu -> cpu.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word))
            .findFirst();
    }

    /** The chip under a kernel with this command line; nothing if it has words that are not known. */
    Optional<Chip> chip(String options) {
        return switch (options) {
            case "nokaslr kpti=off mitigations=off" -> Optional.of(new Chip(false, tlbirange, repeat, hafdbs));
            case "nokaslr kpti=on" -> Optional.of(new Chip(true, tlbirange, repeat, hafdbs));
            case "(none: KASLR on)" -> Optional.of(new Chip(!e0pd, tlbirange, repeat, hafdbs));
            default -> Optional.empty();
        };
    }
}
