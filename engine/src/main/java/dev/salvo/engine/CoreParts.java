package dev.salvo.engine;

import dev.salvo.engine.memory.DirectPteStores;
import dev.salvo.engine.memory.PteStores;
import dev.salvo.engine.memory.StoreBuffer;
import dev.salvo.engine.probe.CountingProbe;
import dev.salvo.engine.probe.NoProbe;
import dev.salvo.engine.probe.Probe;
import dev.salvo.engine.probe.Probes;
import dev.salvo.engine.probe.RecordingProbe;
import dev.salvo.engine.probe.TimedProbe;
import java.util.ArrayList;
import java.util.List;

/** What the cores of a machine are made of: the one place where a spec becomes cores and their parts. */
final class CoreParts {
    private final Machine machine;
    private final MachineSpec spec;
    /** Of DSBs that sleep, where each finds the others; filled as cores are made. */
    private final SleepingWait[] sleepingWaits;

    CoreParts(Machine machine) {
        this.machine = machine;
        spec = machine.spec();
        sleepingWaits = spec.dsbSleeps() ? new SleepingWait[spec.cores()] : null;
    }

    /** Makes a core, which asks the other methods for its parts. */
    Core core(int id) {
        if (spec.clock().isPaced()) {
            return PacedCore.of(machine, id);
        }
        return spec.fault().isOfWholeCores() ? FaultyParts.core(spec.fault(), machine, id) : new Core(machine, id);
    }

    PteStores pteStores() {
        int entries = spec.pteStoreBuffer();
        if (spec.fault().needsStoreBuffer()) {
            return FaultyParts.storeBuffer(entries);
        }
        return entries > 0 ? StoreBuffer.of(entries) : DirectPteStores.create();
    }

    DsbWait dsbWait(Core core) {
        if (spec.fault().needsSleepingDsb()) {
            return FaultyParts.dsbWait(spec.fault(), core, sleepingWaits);
        }
        return spec.dsbSleeps() ? SleepingWait.of(core, sleepingWaits) : AwakeWait.of(core);
    }

    /** A paced core takes its times always: its clock is read wherever it waits. */
    Probe probe(Core core) {
        List<Probe> probes = new ArrayList<>();
        if (spec.timed() || spec.clock().isPaced()) {
            probes.add(TimedProbe.of(core::time, machine.interconnect(), core.id, spec.timed()));
        }
        if (spec.recordedEvents() > 0) {
            int counted = spec.interconnect().countsEachIssuersOwn() ? spec.recordedIssuer() : core.id;
            probes.add(RecordingProbe.of(core::time, machine.interconnect(), core.id, machine.recordings(), counted,
                !spec.clock().isPaced(), spec.recordedEvents()));
        }
        if (spec.countsKinds()) {
            probes.add(CountingProbe.create());
        }
        return switch (probes.size()) {
            case 0 -> NoProbe.create();
            case 1 -> probes.get(0);
            default -> Probes.of(probes.toArray(Probe[]::new));
        };
    }
}
