/**
 * What this host's own kernel takes for a TLB shootdown: real system calls, timed, and real interrupts, counted.
 *
 * <p>A <em>sender</em> is a thread that makes system calls on memory of its own; a <em>target</em> is a thread that lets the
 * kernel have to reach its CPU, because it runs in the same address space. {@link dev.salvo.syscalls.Shootdowns} measures one
 * {@link dev.salvo.syscalls.KernelPoint} in the JVM that calls it: batch by batch, each held against the rows of
 * {@code /proc/interrupts} by {@code Gate}. A figure whose shootdowns were not counted is given, and is not
 * valid. {@link dev.salvo.syscalls.Confounders} says what of the host bears on it.
 *
 * <p><b>Who may call whom.</b> The command line, and nobody else; this package knows the host ({@code dev.salvo.engine.host})
 * and no simulated machine. What is read of a host is read below a root folder, so that tests hand it a recorded one; what is
 * called is called by JNA's direct mapping, in {@code Libc}.
 */
package dev.salvo.syscalls;
