package dev.salvo.workloads.torture;

import dev.salvo.workloads.kernel.AddressSpace;
import java.util.concurrent.atomic.AtomicInteger;

/** A process as the torture knows it: its address space, the model of its memory, and who is running it. Any core. */
final class TortureProcess {
    private static final int DYING = 1 << 30;

    /** Stands in a slot while a fork makes what comes there. Nobody enters it. */
    static final TortureProcess UNBORN = new TortureProcess(null, null);

    static {
        UNBORN.die();
    }

    final AddressSpace mm;
    final Region memory;
    private final AtomicInteger users = new AtomicInteger();

    TortureProcess(AddressSpace mm, Region memory) {
        this.mm = mm;
        this.memory = memory;
    }

    /** Enters it, to run it; false if it is dying. */
    boolean enter() {
        int now;
        do {
            now = users.get();
            if ((now & DYING) != 0) {
                return false;
            }
        } while (!users.compareAndSet(now, now + 1));
        return true;
    }

    /** Leaves it; true for the last to leave a dying one, who must bury it. */
    boolean leave() {
        return users.decrementAndGet() == DYING;
    }

    /** Nobody enters it any more. Called by one who is in it. */
    void die() {
        users.updateAndGet(now -> now | DYING);
    }
}
