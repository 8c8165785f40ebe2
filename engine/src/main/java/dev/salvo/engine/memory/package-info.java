/**
 * What a TLB caches and what it leads to: page tables, and real frames of real memory.
 *
 * <p>Every core and every walker reaches these at once. What orders them is the hardware's own protocol (store the
 * entry, {@code dsb ishst}, TLBI, {@code dsb ish}), not locks; each access here says which of those steps it relies on.
 */
package dev.salvo.engine.memory;
