package dev.salvo.workloads.kernel;

import java.util.Arrays;

/**
 * The private anonymous memory of one address space: {@code vm_area_struct}. It keeps a protection for each page where
 * a kernel would split it, and for each page the folio that its page-table entry or its swap entry would lead to. All
 * but the constants is read and written under the address space's {@link AddressSpace#mmapLock}.
 */
final class Vma {
    /** Protections. */
    static final byte UNMAPPED = 0;
    static final byte READ = 1;
    static final byte READ_WRITE = 2;
    static final byte NONE = 3;
    static final byte READ_EXEC = 4;

    final AddressSpace mm;
    final AnonymousMemory memory;
    final long firstPage;
    /** Null where a page has never been touched. */
    final Folio[] folios;
    final byte[] protection;

    Vma(AddressSpace mm, AnonymousMemory memory, long firstPage, int pages) {
        this.mm = mm;
        this.memory = memory;
        this.firstPage = firstPage;
        folios = new Folio[pages];
        protection = new byte[pages];
        Arrays.fill(protection, READ_WRITE);
    }

    boolean holds(long page) {
        return page >= firstPage && page < firstPage + folios.length;
    }

    /** How a protection is kept. */
    static byte kept(Protection protection) {
        return switch (protection) {
            case READ -> READ;
            case WRITE, READ_WRITE -> READ_WRITE;
            case NONE -> NONE;
            case READ_EXEC -> READ_EXEC;
        };
    }

    int index(long page) {
        return (int) (page - firstPage);
    }

    /** The index of the first of some pages, all of which must lie here. */
    int index(long first, int count) {
        if (count < 1 || !holds(first) || !holds(first + count - 1)) {
            throw new IllegalArgumentException(count + " pages from 0x" + Long.toHexString(first) + ": this memory is "
                + folios.length + " pages from 0x" + Long.toHexString(firstPage));
        }
        return index(first);
    }
}
