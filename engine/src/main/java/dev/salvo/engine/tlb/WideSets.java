package dev.salvo.engine.tlb;

/**
 * A level of several sets that are too wide for {@link NarrowSets}: each is a fully associative level of its own. The
 * tags of a set have their low bits in common, so its chains are few, and a lookup is a search through up to all ways.
 */
final class WideSets extends TlbLevel {
    private final int setMask;
    private final int setBits;
    private final FullyAssociative[] sets;

    WideSets(int count, int ways) {
        setMask = count - 1;
        setBits = Integer.numberOfTrailingZeros(count);
        sets = new FullyAssociative[count];
        for (int set = 0; set < count; set++) {
            sets[set] = new FullyAssociative(ways);
        }
    }

    @Override
    public int entries() {
        return sets.length * sets[0].entries();
    }

    @Override
    public int lookup(long tag) {
        int set = set(tag);
        int entry = sets[set].lookup(tag);
        return entry == MISS ? MISS : handle(set, entry);
    }

    @Override
    public long output(int entry) {
        return sets[entry & setMask].output(entry >>> setBits);
    }

    @Override
    public long generation(int entry) {
        return sets[entry & setMask].generation(entry >>> setBits);
    }

    @Override
    public void update(int entry, long output) {
        sets[entry & setMask].update(entry >>> setBits, output);
    }

    @Override
    public int insert(long tag, long output, long generation) {
        int set = set(tag);
        return handle(set, sets[set].insert(tag, output, generation));
    }

    @Override
    public boolean invalidate(long tag) {
        return sets[set(tag)].invalidate(tag);
    }

    @Override
    public void invalidateRange(long first, long count) {
        for (FullyAssociative set : sets) {
            set.invalidateRange(first, count);
        }
    }

    @Override
    public void invalidateAsid(int asid) {
        for (FullyAssociative set : sets) {
            set.invalidateAsid(asid);
        }
    }

    @Override
    public void invalidateAll() {
        for (FullyAssociative set : sets) {
            set.invalidateAll();
        }
    }

    private int handle(int set, int entry) {
        return entry << setBits | set;
    }

    private int set(long tag) {
        return (int) tag & setMask;
    }
}
