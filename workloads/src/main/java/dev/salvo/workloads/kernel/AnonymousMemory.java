package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import java.util.ArrayList;
import java.util.List;

/**
 * The private memory of a family of processes, each forked from another: {@code anon_vma}. A page of it lies at the
 * same address in all of them, and two of them may or may not mean the same folio by it.
 */
final class AnonymousMemory extends Memory {
    private final SpinLock lock = new SpinLock();
    private final List<Vma> places = new ArrayList<>();

    void add(Core core, Vma vma) {
        lock.lock(core);
        places.add(vma);
        lock.unlock(core);
    }

    void remove(Core core, Vma vma) {
        lock.lock(core);
        places.remove(vma);
        lock.unlock(core);
    }

    /** The first place, while there is only one thread. */
    void add(Vma vma) {
        places.add(vma);
    }

    @Override
    void lockMappings(Core core) {
        lock.lock(core);
    }

    @Override
    void unlockMappings(Core core) {
        lock.unlock(core);
    }

    @Override
    int mappings() {
        return places.size();
    }

    @Override
    AddressSpace space(int place) {
        return places.get(place).mm;
    }

    @Override
    long firstPage(int place) {
        return places.get(place).firstPage;
    }
}
