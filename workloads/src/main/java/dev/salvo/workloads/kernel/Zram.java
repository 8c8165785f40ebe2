package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FastDecompressor;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Swap on compressed RAM: a page that repeats one word is kept as that word, any other through LZ4.
 *
 * <p>A slot is used by one core at a time, the one that holds its folio's lock. The room of a slot is kept when its
 * page comes back, so that nothing is allocated once pages have been swapped out for the first time; except by LZ4,
 * which makes itself a hash table of 32 KiB for every page that it compresses.
 *
 * <p>A page takes a while to compress, and the core serves its port before, between and after the steps of that; but
 * not within LZ4 itself, which takes some microseconds and knows of no port.
 */
public final class Zram {
    private static final int WORDS = PageTable.PAGE_SIZE / Long.BYTES;
    private static final int SAME_FILLED = -1;

    private final PhysicalMemory memory;
    private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
    private final LZ4FastDecompressor decompressor = LZ4Factory.safeInstance().fastDecompressor();

    /** Per slot the word it repeats, or what {@link #lengths} says of {@link #objects}. */
    private final long[] words;
    private final int[] lengths;
    private final byte[][] objects;

    /** Per core a page and its compressed form. */
    private final byte[][] pages;
    private final byte[][] compressed;

    Zram(PhysicalMemory memory, int slots, int cores) {
        this.memory = memory;
        words = new long[slots];
        lengths = new int[slots];
        objects = new byte[slots][];
        pages = new byte[cores][];
        compressed = new byte[cores][];
    }

    /**
     * Writes a page to a slot.
     *
     * @param core  the core whose thread calls
     * @param slot  the slot
     * @param frame where the page is
     */
    void zramWrite(Core core, int slot, int frame) {
        if (pageSameFilled(frame)) {
            words[slot] = memory.bytes(frame).getLong(PhysicalMemory.offset(frame));
            lengths[slot] = SAME_FILLED;
            return;
        }
        core.serve();
        byte[] page = page(core);
        byte[] packed = compressed[core.id()];
        memory.bytes(frame).getBytes(PhysicalMemory.offset(frame), page);
        int length = compressor.compress(page, 0, page.length, packed, 0, packed.length);
        core.serve();
        if (objects[slot] == null || objects[slot].length < length) {
            objects[slot] = new byte[length];
        }
        System.arraycopy(packed, 0, objects[slot], 0, length);
        lengths[slot] = length;
    }

    /**
     * Reads a page from a slot.
     *
     * @param core  the core whose thread calls
     * @param slot  the slot
     * @param frame where the page goes
     */
    void zramRead(Core core, int slot, int frame) {
        if (lengths[slot] == SAME_FILLED) {
            memset64(frame, words[slot]);
            return;
        }
        core.serve();
        byte[] page = page(core);
        decompressor.decompress(objects[slot], 0, page, 0, page.length);
        memory.bytes(frame).putBytes(PhysicalMemory.offset(frame), page);
        core.serve();
    }

    /**
     * How many bytes a slot takes.
     *
     * @param slot a slot that has been written
     * @return 8 for a page that repeats one word
     */
    int bytes(int slot) {
        return lengths[slot] == SAME_FILLED ? Long.BYTES : lengths[slot];
    }

    /** The core's page to work in, made by itself when it first needs one. */
    private byte[] page(Core core) {
        if (pages[core.id()] == null) {
            pages[core.id()] = new byte[PageTable.PAGE_SIZE];
            compressed[core.id()] = new byte[compressor.maxCompressedLength(PageTable.PAGE_SIZE)];
        }
        return pages[core.id()];
    }

    private boolean pageSameFilled(int frame) {
        AtomicBuffer bytes = memory.bytes(frame);
        int first = PhysicalMemory.offset(frame);
        long word = bytes.getLong(first);
        for (int i = 1; i < WORDS; i++) {
            if (bytes.getLong(first + i * Long.BYTES) != word) {
                return false;
            }
        }
        return true;
    }

    private void memset64(int frame, long word) {
        AtomicBuffer bytes = memory.bytes(frame);
        int first = PhysicalMemory.offset(frame);
        for (int i = 0; i < WORDS; i++) {
            bytes.putLong(first + i * Long.BYTES, word);
        }
    }
}
