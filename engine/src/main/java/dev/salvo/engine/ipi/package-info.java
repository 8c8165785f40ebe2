/**
 * Interrupts between cores: how one core has software run on a set of others, and learns when each is done.
 *
 * <p>{@link dev.salvo.engine.ipi.IpiPorts} carries them. That a core takes them whenever it serves its port, wakes whom
 * it interrupts and waits is the core's own affair ({@code Core.interrupt}). Beside {@link dev.salvo.engine.dvm}, which
 * broadcasts: there an operation goes to everybody and is hardware's, here it has targets and is software's.
 *
 * <p>Layout and accesses as there: what one core writes and others read has 128 bytes to itself, and each access names
 * its order.
 */
package dev.salvo.engine.ipi;
