/**
 * The machine: cores that are threads, each with a TLB of its own.
 *
 * <p>{@link dev.salvo.engine.Machine} is built from a {@link dev.salvo.engine.MachineSpec} and owns everything else. A
 * {@link dev.salvo.engine.Core} is the only way for software to reach the hardware: loads and stores, TLBI, DSB, and
 * interrupts to other cores. What runs on a core is a {@link dev.salvo.engine.Program}.
 *
 * <p>Nothing here is simulated that can be done: the threads are pinned, the message queue is shared memory, a wait is
 * a wait. And nothing here knows what a kernel is.
 *
 * <p><b>Who may call whom.</b> Software calls a machine and its cores; a core's methods are for its own thread, except
 * where they say otherwise. Machine and cores use the packages below, and none of those knows either. What a core keeps
 * for its machine (orders, the parked flag, what is pending) is visible in this package only, which is why the parts of a
 * core that wait are here; those that need none of that are in the packages below. A picture, and a machine in 15 lines:
 * engine/docs/architecture.md; the rules that hold, and why each path is as it is: engine/docs/hardware-rules.md.
 */
package dev.salvo.engine;
