/**
 * Translation lookaside buffers, and the operations that invalidate them.
 *
 * <p>A {@link dev.salvo.engine.tlb.TlbLevel} is entries in sets with exact least-recently-used replacement; a
 * {@link dev.salvo.engine.tlb.Tlb} is a core's first and second level together; a {@link dev.salvo.engine.tlb.Tlbi} is
 * what it can be told to forget. A TLB belongs to one thread: nobody but the core itself reads or writes it, and that
 * is what makes an invalidation cost what it costs.
 *
 * <p><b>Who may call whom.</b> The core looks up, fills and forgets; an interconnect invalidates, on the core's thread.
 * Nothing here knows either, nor what memory is: an entry is a tag, an output and a generation. What each step costs, and
 * why: engine/tlb.md.
 */
package dev.salvo.engine.tlb;
