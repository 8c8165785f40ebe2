package dev.salvo.syscalls;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * Pages of private anonymous memory in an area of address space that is reserved around them, without huge pages. They begin
 * {@value #FIRST_PAGE} pages after the border of a page table, and the reservation goes on behind them, so that unmapping
 * them frees no table that they share with it: freed tables cost a shootdown of their own kind.
 *
 * <p>One thread at a time. The buffer reads and writes the memory without a system call, or a JNI call; whoever uses it while
 * the pages are not there or may not be accessed ends the JVM.
 */
final class Region implements AutoCloseable {
    static final int PAGE = Libc.getpagesize();
    static final int FIRST_PAGE = 16;
    /** Pages that one page table maps: its entries have 8 bytes. */
    static final int PAGES_OF_A_TABLE = PAGE / Long.BYTES;

    private static final long TABLE = (long) PAGE * PAGES_OF_A_TABLE;
    private static final int READ_WRITE = Libc.PROT_READ | Libc.PROT_WRITE;
    private static final int PRIVATE = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;
    private static final int MPOL_F_NODE_ADDR = 3;

    private final long reserved;
    private final long reservedBytes;
    private final long address;
    private final long bytes;
    private final ByteBuffer buffer;
    private boolean lost;

    /**
     * Maps the pages, which are not touched yet.
     *
     * @throws dev.salvo.engine.host.UnsuitableHostException if the kernel refuses
     */
    Region(int pages) {
        bytes = (long) pages * PAGE;
        reservedBytes = (FIRST_PAGE * (long) PAGE + bytes + TABLE - 1) / TABLE * TABLE + 2 * TABLE;
        reserved = Libc.mmap(0, reservedBytes, Libc.PROT_NONE, PRIVATE | Libc.MAP_NORESERVE, -1, 0);
        if (reserved == -1) {
            throw Libc.refusal("mmap of " + reservedBytes + " bytes");
        }
        address = (reserved + TABLE - 1) / TABLE * TABLE + FIRST_PAGE * (long) PAGE;
        boolean mapped = Libc.mmap(address, bytes, READ_WRITE, PRIVATE | Libc.MAP_FIXED, -1, 0) != -1;
        if (!mapped || !withoutHugePages()) {
            int errno = Native.getLastError();
            close();
            throw Libc.refusal(mapped ? "madvise with MADV_NOHUGEPAGE" : "mmap of " + bytes + " bytes", errno);
        }
        buffer = new Pointer(address).getByteBuffer(0, bytes);
    }

    /** A kernel without huge pages does not know the advice, and needs none. */
    private boolean withoutHugePages() {
        return Libc.madvise(address, bytes, Libc.MADV_NOHUGEPAGE) == 0 || Native.getLastError() == Libc.EINVAL;
    }

    /** How many page tables map so many pages. */
    static int tables(int pages) {
        return (FIRST_PAGE + pages + PAGES_OF_A_TABLE - 1) / PAGES_OF_A_TABLE;
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    /** The memory; its positions are offsets. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Writes to each page. */
    void write() {
        for (int offset = 0; offset < bytes; offset += PAGE) {
            buffer.put(offset, (byte) 1);
        }
    }

    /** Reads from each page; the sum keeps the reads alive. */
    int read() {
        int sum = 0;
        for (int offset = 0; offset < bytes; offset += PAGE) {
            sum += buffer.get(offset);
        }
        return sum;
    }

    /**
     * Maps the pages anew after they were unmapped.
     *
     * @return false if another thread of this process has got their addresses meanwhile: then they are its, and this region
     *         is to be closed and another to be used
     */
    boolean mapAgain() {
        long mapped = Libc.mmap(address, bytes, READ_WRITE, PRIVATE | Libc.MAP_FIXED_NOREPLACE, -1, 0);
        if (mapped == address) {
            return withoutHugePages();
        }
        lost = true;
        if (mapped != -1) {
            Libc.munmap(mapped, bytes);
        }
        return false;
    }

    /** NUMA node of the first page, which must have been touched; -1 if the kernel does not tell. */
    int node() {
        if (!SystemCall.GET_MEMPOLICY.isKnown()) {
            return -1;
        }
        try (Memory node = new Memory(Long.BYTES)) {
            long result = Libc.syscall(SystemCall.GET_MEMPOLICY.number(), Pointer.nativeValue(node), 0, 0, address,
                MPOL_F_NODE_ADDR);
            return result == 0 ? node.getInt(0) : -1;
        }
    }

    /** How many of the pages are in memory, and not in swap. */
    int resident() {
        byte[] resident = new byte[(int) (bytes / PAGE)];
        if (Libc.mincore(address, bytes, resident) != 0) {
            throw Libc.refusal("mincore");
        }
        int count = 0;
        for (byte page : resident) {
            count += page & 1;
        }
        return count;
    }

    @Override
    public void close() {
        if (lost) {
            Libc.munmap(reserved, address - reserved);
            Libc.munmap(address + bytes, reserved + reservedBytes - address - bytes);
        } else {
            Libc.munmap(reserved, reservedBytes);
        }
    }
}
