package dev.salvo.engine.tlb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/** What a {@link TlbLevel} has to do, in the plainest words: for each set a map in the order of last use. */
final class ReferenceLevel {
    private final int ways;
    private final List<Map<Long, long[]>> sets = new ArrayList<>();

    ReferenceLevel(int entries, int ways) {
        this.ways = ways;
        for (int i = 0; i < entries / ways; i++) {
            sets.add(new LinkedHashMap<>());
        }
    }

    /** Output and generation, or null. */
    long[] lookup(long tag) {
        long[] found = set(tag).remove(tag);
        if (found != null) {
            set(tag).put(tag, found);
        }
        return found;
    }

    void insert(long tag, long output, long generation) {
        Map<Long, long[]> set = set(tag);
        if (set.size() == ways) {
            set.remove(set.keySet().iterator().next());
        }
        set.put(tag, new long[] {output, generation});
    }

    boolean invalidate(long tag) {
        return set(tag).remove(tag) != null;
    }

    void invalidateIf(LongPredicate tag) {
        sets.forEach(set -> set.keySet().removeIf(tag::test));
    }

    boolean holds(long tag) {
        return set(tag).containsKey(tag);
    }

    private Map<Long, long[]> set(long tag) {
        return sets.get((int) Long.remainderUnsigned(tag, sets.size()));
    }
}
