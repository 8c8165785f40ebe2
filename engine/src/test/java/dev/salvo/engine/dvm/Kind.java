package dev.salvo.engine.dvm;

/** What the tests of all interconnects run on. */
enum Kind {
    RING {
        @Override
        Interconnect build(int cores, int capacity) {
            return new BroadcastRing(cores, capacity);
        }
    },
    STAMPED_RING {
        @Override
        Interconnect build(int cores, int capacity) {
            return new StampedRing(cores, capacity);
        }
    },
    INBOXES {
        @Override
        Interconnect build(int cores, int capacity) {
            return new Inboxes(cores, capacity);
        }
    },
    STAMPED_INBOXES {
        @Override
        Interconnect build(int cores, int capacity) {
            return new StampedInboxes(cores, capacity);
        }
    };

    abstract Interconnect build(int cores, int capacity);
}
