/**
 * Distributed virtual memory: how a TLB invalidation reaches every core.
 *
 * <p>An {@link dev.salvo.engine.dvm.Interconnect} carries {@link dev.salvo.engine.tlb.Tlbi} words to all cores that are
 * online, and tells how far each of them has got. The barrier that waits for them is the core's own
 * ({@code Core.dsb}).
 *
 * <p>Words used here, each with one meaning. <i>Issue</i>: put an operation where all cores will find it. <i>Serve</i>:
 * a core takes what has arrived at its port, invalidates its own TLB, and then <i>acknowledges</i>. A core is
 * <i>behind</i> a sequence while it has not acknowledged it. <i>Join</i> and <i>leave</i>: go online and offline.
 *
 * <p>Layout: what one core writes and others read lies in {@code long[]}s with 128 bytes from one core's word to the
 * next one's. Every access to them names its order at the place of access: plain for a core's own, {@code opaque} where
 * a value is only looked at, {@code acquire} and {@code release} where one side's work must be seen by the other,
 * {@code volatile} with a full fence where a store must not be passed by a later load.
 *
 * <p><b>Who may call whom.</b> A core issues and serves for itself, on its own thread; any thread may ask how far
 * another has got. Nothing here waits, and nothing here knows a core or a machine: it is handed a number and a TLB. How
 * to add a kind: engine/docs/adding-an-interconnect.md.
 */
package dev.salvo.engine.dvm;
