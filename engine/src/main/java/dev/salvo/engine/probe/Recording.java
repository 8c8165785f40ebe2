package dev.salvo.engine.probe;

import static dev.salvo.engine.host.OwnLines.STRIDE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The last events of one core: a ring of words, allocated once. The core's own thread writes it, and nobody reads it
 * before that has ended.
 */
final class Recording {
    private static final int WORDS_PER_EVENT = 4;
    private static final int KIND_BITS = 3;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;
    private static final long GLANCE_NANOS = 500;
    private static final CoreEvent.Kind[] KINDS = CoreEvent.Kind.values();

    private final long[] words;
    private final int mask;
    private long written;
    /** How many of the last events were times without a CPU, one after another. */
    private int offCpuInARow;

    /** A power of two. */
    Recording(int events) {
        words = new long[STRIDE + events * WORDS_PER_EVENT + STRIDE];
        mask = events - 1;
    }

    /**
     * The core was off its CPU. If it had been back for no more than a glance at its port, that is the same event, gone
     * on: else those who wait long, and look in vain at every turn, would keep nothing but that. And so it is where a
     * quarter of what is kept is nothing but that, as of a core that waits for ever.
     */
    void writeOffCpu(long from, long to) {
        int before = STRIDE + ((int) (written - 1) & mask) * WORDS_PER_EVENT;
        if (offCpuInARow > 0 && (offCpuInARow >= (mask + 1) / 4 || from - words[before + 2] <= GLANCE_NANOS)) {
            words[before] += 1 << KIND_BITS;
            words[before + 2] = to;
        } else {
            write(CoreEvent.Kind.OFF_CPU, from, to, 0, 1);
        }
    }

    /** Something has begun that is written when it is over: no time without a CPU goes on from before it. */
    void begins() {
        offCpuInARow = 0;
    }

    void write(CoreEvent.Kind kind, long from, long to, long sequence, long count) {
        int place = STRIDE + ((int) written++ & mask) * WORDS_PER_EVENT;
        words[place] = count << KIND_BITS | kind.ordinal();
        words[place + 1] = from;
        words[place + 2] = to;
        words[place + 3] = sequence;
        offCpuInARow = kind == CoreEvent.Kind.OFF_CPU ? offCpuInARow + 1 : 0;
    }

    /**
     * What is kept, and what was never over, in the order in which it began; of what began together, as where time stands
     * still, TLBIs first, for which a DSB may wait, and then what lasted longest.
     */
    List<CoreEvent> events(List<CoreEvent> neverOver) {
        List<CoreEvent> events = new ArrayList<>(neverOver);
        for (long event = Math.max(0, written - mask - 1); event < written; event++) {
            int place = STRIDE + ((int) event & mask) * WORDS_PER_EVENT;
            events.add(new CoreEvent(KINDS[(int) words[place] & KIND_MASK], words[place + 1], words[place + 2],
                words[place + 3], words[place] >>> KIND_BITS, true));
        }
        events.sort(Comparator.comparingLong(CoreEvent::from).thenComparing(event -> event.kind() != CoreEvent.Kind.TLBI)
            .thenComparing(CoreEvent::to, Comparator.reverseOrder()));
        return events;
    }
}
