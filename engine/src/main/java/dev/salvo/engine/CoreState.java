package dev.salvo.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The fields of a core. Those here are the core's own but for three, through which others speak to it; they are read
 * mostly, and written seldom.
 */
abstract class CoreState extends CorePadding {
    /** What the core shall do. Values of {@link #order}. */
    static final int RUN = 0;
    static final int GO_OFF_LINE = 1;
    static final int STOP = 2;

    /** {@link #parked}, {@link #order}, {@link #program}, {@link #onLine}. */
    static final VarHandle PARKED;
    static final VarHandle ORDER;
    static final VarHandle PROGRAM;
    static final VarHandle ON_LINE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PARKED = lookup.findVarHandle(CoreState.class, "parked", int.class);
            ORDER = lookup.findVarHandle(CoreState.class, "order", int.class);
            PROGRAM = lookup.findVarHandle(CoreState.class, "program", Program.class);
            ON_LINE = lookup.findVarHandle(CoreState.class, "onLine", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Sequence of the last TLBI issued and not yet waited for, or -1. */
    long pending = -1;

    long tlbis;
    long dsbIsh;
    long dsbIshst;
    long served;
    long accesses;
    long staleUses;
    long yields;
    long wakeUps;
    StaleUse firstStaleUse;

    /** 1 while the core sleeps, or is about to. Set by the core, cleared by whoever wakes it. */
    int parked;
    int order;
    Program program;
    boolean onLine;
}
