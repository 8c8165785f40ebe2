/**
 * What a TLB caches and what it leads to: page tables, and real frames of real memory.
 *
 * <p>Every core and every walker reaches these at once. What orders them is the hardware's own protocol (store the
 * entry, {@code dsb ishst}, TLBI, {@code dsb ish}), not locks; each access here says which of those steps it relies on.
 *
 * <p><b>Who may call whom.</b> A core walks a {@link dev.salvo.engine.memory.PageTable} and reads the bytes and the
 * generation of a frame of {@link dev.salvo.engine.memory.PhysicalMemory}; software stores entries through its core,
 * under its own page-table lock, and begins and ends a frame's generation when it allocates and frees it. Nothing here
 * knows a TLB, a core or a lock.
 */
package dev.salvo.engine.memory;
