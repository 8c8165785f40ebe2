package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.probe.CoreEvent;
import java.util.List;

/** What a machine's cores have recorded, as tests ask for it. */
final class Recorded {
    private Recorded() {
    }

    /** Events of one kind, of a core that rests. */
    static List<CoreEvent> of(Machine machine, int id, CoreEvent.Kind kind) {
        return machine.recorded(id).stream().filter(event -> event.kind() == kind).toList();
    }

    /** The visit of a core to its port in which it took an operation; fails if there is none, or more than one. */
    static CoreEvent taking(Machine machine, int id, long sequence) {
        return taking("core " + id + " takes ", of(machine, id, CoreEvent.Kind.SERVED), sequence);
    }

    /** The one of some visits in which an operation was taken; fails if there is none, or more than one. */
    static CoreEvent taking(List<CoreEvent> served, long sequence) {
        return taking("taken is ", served, sequence);
    }

    private static CoreEvent taking(String who, List<CoreEvent> served, long sequence) {
        List<CoreEvent> found = served.stream()
            .filter(visit -> visit.sequence() <= sequence && sequence < visit.sequence() + visit.count()).toList();
        assertEquals(1, found.size(), who + "operation " + sequence + " once: " + found);
        return found.get(0);
    }
}
