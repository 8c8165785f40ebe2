/**
 * The parts of a kernel that make TLBs forget: mm/rmap.c, mm/vmscan.c, shared memory and swap on compressed RAM, each
 * under the kernel's own names in Java spelling, so that a flame graph reads like the {@code perf} report that it is
 * held against.
 *
 * <p><b>Locks</b>, in the order in which they are taken: a folio's, then a page-table lock, then an allocator's. All are
 * {@link dev.salvo.workloads.kernel.SpinLock}s, whose waiters serve their core's port; no JDK lock is ever taken on a
 * core.
 *
 * <p><b>Words.</b> A <i>folio</i> is one page of shared memory, resident in a frame or swapped out. A <i>mapping</i> is
 * the place of a shared memory in one address space. To <i>defer</i> a flush is to send its TLBI now and wait later.
 */
package dev.salvo.workloads.kernel;
