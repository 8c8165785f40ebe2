/**
 * Translation lookaside buffers.
 *
 * <p>A {@link dev.salvo.engine.tlb.TlbLevel} is one array of entries with exact least-recently-used replacement; a
 * {@link dev.salvo.engine.tlb.Tlb} is a core's first and second level together. Both belong to one thread: nobody but
 * the core itself reads or writes its TLB, and that is what makes an invalidation cost what it costs.
 */
package dev.salvo.engine.tlb;
