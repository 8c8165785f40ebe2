/**
 * The host: which CPUs there are, where the cores' threads are put on them, and the pinning that keeps them there.
 *
 * <p>{@link dev.salvo.engine.host.HostTopology} reads a host's files once,
 * {@link dev.salvo.engine.host.Placement} gives every simulated core a CPU of it,
 * {@link dev.salvo.engine.host.CpuPinning} puts a thread there and proves it, and
 * {@link dev.salvo.engine.host.Distortions} and {@link dev.salvo.engine.host.SchedStat} say how far the measurement
 * can be trusted: the one before it, the other after. {@link dev.salvo.engine.host.YieldPolicy} is how all of ours that
 * wait give a CPU up. What a host does not do is an {@link dev.salvo.engine.host.UnsuitableHostException}, here and above.
 *
 * <p>A <em>core</em> is simulated; a <em>CPU</em> is the host's, as Linux numbers them (a hardware thread). The one
 * exception is {@link dev.salvo.engine.host.Cpu#core()}, the physical core that a CPU is a thread of.
 *
 * <p><b>Who may call whom.</b> Any layer above that places threads, or says what it measures on; nothing here knows a
 * machine. What is read of a host is read through one root folder, so that tests hand it a recorded one.
 */
package dev.salvo.engine.host;
