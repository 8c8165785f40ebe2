/**
 * The parts of a kernel that make TLBs forget: mm/rmap.c, mm/vmscan.c, shared memory and swap on compressed RAM; and
 * what else changes mappings (mm/mmap.c, mm/mprotect.c, mm/migrate.c, kernel/fork.c, copy on write); each under the
 * kernel's own names in Java spelling, so that a flame graph reads like the {@code perf} report that it is held against.
 *
 * <p><b>Locks</b>, in the order in which they are taken: an mmap lock, a folio's, that of the places where it may be
 * mapped, a page-table lock (a fork takes the child's, then the parent's), then an allocator's. All are
 * {@link dev.salvo.workloads.kernel.SpinLock}s, whose waiters serve their core's port; no JDK lock is ever taken on a
 * core.
 *
 * <p><b>Words.</b> A <i>folio</i> is one page of shared or private memory, resident in a frame or swapped out. A
 * <i>mapping</i> is the place of a memory in one address space. To <i>defer</i> a flush is to begin it now and wait
 * later.
 *
 * <p><b>Architecture.</b> What the architecture does is an {@link dev.salvo.workloads.kernel.ArchTlb}, of which each
 * architecture has a package below this one; when it is waited for is a {@link dev.salvo.workloads.kernel.Deferral}.
 * This package knows no architecture, but for address space identifiers, whose allocator is arm64's.
 *
 * <p><b>Who may call whom.</b> Programs call {@link dev.salvo.workloads.kernel.Kernel}, its system calls and its reclaim;
 * a core calls it for page faults; it calls its parts, which are visible here only, and those reach the hardware through
 * the core that they are handed, and through nothing else. Which function of Linux is which class, and where this kernel
 * differs: workloads/docs/kernel-semantics.md.
 */
package dev.salvo.workloads.kernel;
