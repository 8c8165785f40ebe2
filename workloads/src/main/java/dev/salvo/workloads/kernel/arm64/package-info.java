/**
 * How arm64 makes TLBs forget: arch/arm64/include/asm/tlbflush.h, as {@link dev.salvo.workloads.kernel.ArchTlb}s. Made
 * by whoever builds a kernel; the kernel itself does not know this package.
 */
package dev.salvo.workloads.kernel.arm64;
