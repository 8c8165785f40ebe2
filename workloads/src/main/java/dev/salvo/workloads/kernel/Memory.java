package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/**
 * What a folio is a page of, and in which places of which address spaces that may be mapped: what the kernel's reverse
 * map goes through. A place in this list need not map the page just now.
 */
abstract sealed class Memory permits SharedMemory, AnonymousMemory {
    /** Keeps the list of places as it is until {@link #unlockMappings}; under it page-table locks may be taken. */
    abstract void lockMappings(Core core);

    abstract void unlockMappings(Core core);

    /** How many address spaces may map it. */
    abstract int mappings();

    abstract AddressSpace space(int place);

    /** Where its page 0 lies there. */
    abstract long firstPage(int place);
}
