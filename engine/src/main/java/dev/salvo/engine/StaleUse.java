package dev.salvo.engine;

/**
 * An access through a translation that should have been forgotten: the proof that a flush strategy is broken.
 *
 * @param core    who accessed
 * @param asid    in which address space
 * @param va      at which virtual address
 * @param frame   which frame it reached
 * @param filled  the frame's generation when the TLB entry was filled; or, if the table led to a frame that was not live or
 *                another's by then, when the table's entry was stored
 * @param found   its generation at the access: the age is the difference, two for every time that it was freed and
 *                allocated again
 */
public record StaleUse(int core, int asid, long va, int frame, long filled, long found) {
    @Override
    public String toString() {
        return "core " + core + " used a stale translation of 0x" + Long.toHexString(va) + " in address space " + asid
            + ": frame " + frame + " was in generation " + filled + " when the entry was filled, and is in generation "
            + found;
    }
}
