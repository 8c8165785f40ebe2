package dev.salvo.engine;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.dvm.StampedInboxes;
import dev.salvo.engine.dvm.StampedRing;

/** The kinds of interconnect a machine can be built with. */
public enum InterconnectKind {
    /** One ring of words that every core reads: {@link BroadcastRing}. */
    RING {
        @Override
        Interconnect build(int cores, int capacity, boolean timed) {
            return timed ? new StampedRing(cores, capacity) : new BroadcastRing(cores, capacity);
        }
    },
    /** One inbox per core, posted to in turn: {@link Inboxes}. */
    INBOXES {
        @Override
        Interconnect build(int cores, int capacity, boolean timed) {
            return timed ? new StampedInboxes(cores, capacity) : new Inboxes(cores, capacity);
        }

        @Override
        public boolean countsEachIssuersOwn() {
            return true;
        }
    };

    /**
     * How operations are counted.
     *
     * @return whether each issuer's have a sequence of their own; else one counts everybody's
     */
    public boolean countsEachIssuersOwn() {
        return false;
    }

    abstract Interconnect build(int cores, int capacity, boolean timed);
}
