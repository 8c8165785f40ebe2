package dev.salvo.engine.dvm;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;

/**
 * What carries a {@link Tlbi} to every core that is online, and tells how far each of them has got.
 *
 * <p>An axis of every experiment, hence abstract. In one JVM of {@code curve} only one of its kinds is loaded, so that
 * its calls are bound directly.
 *
 * <p><b>Threads.</b> {@link #issue}, {@link #serve}, {@link #join} and {@link #leave} take the core they are called for
 * as their first argument, and only that core's thread may call them. {@link #behind}, {@link #acknowledged} and
 * {@link #waitsOn} may be called by any thread. None of them blocks: a wait is the caller's, so that it can serve its
 * own port meanwhile.
 *
 * <p><b>Order.</b> What a core did before {@link #issue} is seen by every core after the {@link #serve} that took the
 * operation. What a core did before the {@link #serve} that acknowledged it is seen by whoever then finds it not
 * {@link #behind}: so an access through an old translation is over before its frame is used again.
 */
public abstract class Interconnect {
    /**
     * What {@link #issue} returns when there is no room, or the issuer is too far behind: the operation is not, or not to
     * everybody, on its way.
     */
    public static final long FULL = -1;

    /** What {@link #acknowledged} returns for a core that is offline. */
    public static final long OFFLINE = Long.MAX_VALUE;

    /** What {@link #arrival} returns when nothing waits. */
    public static final long NOTHING = Long.MIN_VALUE;

    private final int cores;

    /**
     * Makes the common part.
     *
     * @param cores how many ports
     */
    protected Interconnect(int cores) {
        this.cores = cores;
    }

    /**
     * How many ports there are.
     *
     * @return cores, online or not
     */
    public final int cores() {
        return cores;
    }

    /**
     * Issues an operation to every core that is online, the issuer among them.
     *
     * @param core the issuer, online
     * @param tlbi a {@link Tlbi} word
     * @return the operation's sequence, never negative, for {@link #behind}; or {@link #FULL}, upon which the caller
     *     serves its own port and tries again with the same operation
     */
    public abstract long issue(int core, long tlbi);

    /**
     * Takes what has arrived at a core's port, invalidates, then acknowledges.
     *
     * @param core the core, online
     * @param tlb  its TLB
     * @return how many operations were taken; 0 if none had arrived
     */
    public abstract int serve(int core, Tlb tlb);

    /**
     * Whether nothing has arrived at a core's port, nor is arriving: more than that {@link #serve} took nothing, where
     * a message can be hidden behind one whose issuer has lost its CPU in the middle of posting it. A core that sleeps
     * on less may not be woken again.
     *
     * @param core the core, online; called on its thread
     * @return whether every operation issued to it has been taken
     */
    public abstract boolean isEmpty(int core);

    /**
     * The first core, counting up from one, that has not acknowledged an operation. A core once found to have
     * acknowledged need not be asked again: pass the result of the last call.
     *
     * @param issuer   who issued it
     * @param sequence what {@link #issue} returned
     * @param from     where to begin
     * @return a core; or {@link #cores} if there is none left
     */
    public final int behind(int issuer, long sequence, int from) {
        int core = from;
        while (core < cores && acknowledged(core, issuer) > sequence) {
            core++;
        }
        return core;
    }

    /**
     * The core that an issuer without room waits on.
     *
     * @param issuer who found no room
     * @return the core that has to serve its port first
     */
    public abstract int waitsOn(int issuer);

    /**
     * How far a core has got.
     *
     * @param core   whose acknowledgements
     * @param issuer of whose operations; of no account where one sequence counts everybody's
     * @return the sequence up to which, not including, it has acknowledged; or {@link #OFFLINE}
     */
    public abstract long acknowledged(int core, int issuer);

    /**
     * Goes online: from here on the core is waited for. Its TLB is empty. Ends with a full fence: a waiter that has
     * not yet seen this core online removed its page-table entry before this core's first walk.
     *
     * @param core the core, offline
     * @param tlb  its TLB, empty
     */
    public abstract void join(int core, Tlb tlb);

    /**
     * Goes offline: from here on nobody waits for the core. What it did before is seen by whoever finds it gone.
     *
     * @param core the core, online
     */
    public abstract void leave(int core);

    /**
     * When the operation that has waited longest at a core's port was issued. Known only to the kinds that take times
     * ({@link StampedRing}, {@link StampedInboxes}).
     *
     * @param core the core, online
     * @return {@link System#nanoTime} just before its issue; or {@link #NOTHING} if nothing waits, or nobody takes
     *     times
     */
    public long arrival(int core) {
        return NOTHING;
    }
}
