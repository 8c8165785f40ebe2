package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.ipi.IpiPorts;
import dev.salvo.engine.tlb.Tlb;

/**
 * An interconnect whose ports take interrupts as well: a core that serves takes them first. Put around another, and only
 * on a machine whose cores have a handler for them, so that no other machine pays for it, or loads it.
 */
final class InterruptPorts extends Interconnect {
    private final Interconnect carried;
    private final Machine machine;
    private final IpiPorts ipis;

    private InterruptPorts(Interconnect carried, Machine machine) {
        super(carried.cores());
        this.carried = carried;
        this.machine = machine;
        ipis = machine.ipis();
    }

    /** As an interconnect, so that who calls this loads nothing before it does. */
    static Interconnect around(Interconnect carried, Machine machine) {
        return new InterruptPorts(carried, machine);
    }

    @Override
    public int serve(int core, Tlb tlb) {
        if (!ipis.isEmpty(core)) {
            machine.core(core).takeInterrupts();
        }
        return carried.serve(core, tlb);
    }

    @Override
    public boolean isEmpty(int core) {
        return ipis.isEmpty(core) && carried.isEmpty(core);
    }

    @Override
    public long issue(int core, long tlbi) {
        return carried.issue(core, tlbi);
    }

    @Override
    public int waitsOn(int issuer) {
        return carried.waitsOn(issuer);
    }

    @Override
    public long acknowledged(int core, int issuer) {
        return carried.acknowledged(core, issuer);
    }

    @Override
    public void join(int core, Tlb tlb) {
        carried.join(core, tlb);
    }

    @Override
    public void leave(int core) {
        carried.leave(core);
    }

    @Override
    public long arrival(int core) {
        return carried.arrival(core);
    }
}
