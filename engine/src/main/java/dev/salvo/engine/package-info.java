/**
 * The machine: cores that are threads, each with a TLB of its own.
 *
 * <p>{@link dev.salvo.engine.Machine} is built from a {@link dev.salvo.engine.MachineSpec} and owns everything else. A
 * {@link dev.salvo.engine.Core} is the only way for software to reach the hardware: loads and stores, TLBI, DSB, and
 * interrupts to other cores. What runs on a core is a {@link dev.salvo.engine.Program}.
 *
 * <p>Nothing here is simulated that can be done: the threads are pinned, the message queue is shared memory, a wait is
 * a wait. And nothing here knows what a kernel is.
 */
package dev.salvo.engine;
