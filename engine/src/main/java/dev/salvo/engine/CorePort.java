package dev.salvo.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The fields through which others speak to a core. Whoever waits for a core looks at {@link #parked} again and again,
 * so these have lines of their own: a look must not cost the core the line that it counts its accesses in.
 */
abstract class CorePort extends CorePadding {
    /** What the core shall do. Values of {@link #order}. */
    static final int RUN = 0;
    static final int GO_OFFLINE = 1;
    static final int STOP = 2;

    /** {@link #parked}, {@link #order}, {@link #program}, {@link #online}. */
    static final VarHandle PARKED;
    static final VarHandle ORDER;
    static final VarHandle PROGRAM;
    static final VarHandle ONLINE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PARKED = lookup.findVarHandle(CorePort.class, "parked", int.class);
            ORDER = lookup.findVarHandle(CorePort.class, "order", int.class);
            PROGRAM = lookup.findVarHandle(CorePort.class, "program", Program.class);
            ONLINE = lookup.findVarHandle(CorePort.class, "online", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** 1 while the core sleeps, or is about to. Set by the core, cleared by whoever wakes it. */
    int parked;
    int order;
    Program program;
    boolean online;
}
