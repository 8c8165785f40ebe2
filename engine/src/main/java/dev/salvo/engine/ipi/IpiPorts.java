package dev.salvo.engine.ipi;

import static dev.salvo.engine.host.OwnLines.STRIDE;
import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.host.OwnLines;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A port for interrupts at each core: any core posts to any set of others, each target takes what was posted to it, and
 * the sender asks who has not yet acknowledged. Shaped after what smp_call_function_many does with a request per sender
 * and target, but in bits: to post is two atomic ors per target, of which the second is the interrupt line.
 *
 * <p><b>Guarantees.</b> What a sender did before {@link #post} is seen by each target's receiver. What a target did before
 * its receiver returned is seen by the sender once {@link #behind} no longer names the target. Every post is received by
 * each target exactly once, unless the sender has {@linkplain #withdraw withdrawn} it. Requests of several senders are
 * taken in the order of their numbers, not of their coming.
 *
 * <p><b>Threads.</b> {@link #post}, {@link #behind} and {@link #withdraw} are for the sender's thread, {@link #serve} and
 * {@link #isEmpty} for the target's. None blocks. {@code post} is wait-free (on hardware whose atomic or is) and takes
 * time in proportion to the targets; {@code serve} of a port with nothing in it is one opaque load.
 *
 * <p>A sender has one post under way: it writes its message anew only after all targets have acknowledged the last one,
 * or it has withdrawn, so that message and sequence need no order of their own.
 */
public final class IpiPorts {
    /** What {@link #behind} returns when nobody is. */
    public static final int NOBODY = -1;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    /**
     * Per target, the interrupt line: bit <i>w</i> says that word <i>w</i> of its requests may hold something. Set by
     * senders, cleared by the target. A bit may be set for nothing, never the other way round: a sender sets the request
     * first, by a release that the or which follows cannot pass, being a release itself; the target clears the line
     * first, by an acquire that the exchange of the requests cannot pass.
     */
    private final long[] lines;

    /**
     * Per target a row, a bit per sender in it: the request. Set by the sender, a release: the message, the sequence and
     * all that came before are seen by the target, whose exchange is an acquire. Other senders' ors may come between;
     * being read-modify-writes they continue the release.
     */
    private final long[][] requests;

    /**
     * Per target a row, per sender in it the sequence of the last post that the target has received. Written by the
     * target, a release: what its receiver did is seen by the sender, which reads it by an acquire.
     */
    private final long[][] acknowledged;

    /** Per sender, its sequence and, in the next word, its message. Plain: published by the request. */
    private final long[] posts;

    /** Per sender a row: the targets that it has not found to have acknowledged. Its own. */
    private final long[][] awaited;

    /** What a target does with an interrupt. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Called on the target's thread; the acknowledgement follows when it returns.
         *
         * @param sender  who has posted it
         * @param message what
         */
        void receive(int sender, long message);
    }

    /**
     * Makes ports with nothing in them.
     *
     * @param cores how many, at least 1
     */
    public IpiPorts(int cores) {
        int words = cores + 63 >> 6;
        lines = OwnLines.words(cores);
        posts = OwnLines.words(cores);
        requests = new long[cores][words + 2 * STRIDE]; // a stride of padding before and behind: rows are neighbours
        acknowledged = new long[cores][cores + 2 * STRIDE];
        awaited = new long[cores][words + 2 * STRIDE];
    }

    /**
     * Posts an interrupt to some cores. Ends with a full fence: who then reads whether a target sleeps, or is online,
     * sees what it was after the target could have overlooked the post.
     *
     * @param sender  who posts
     * @param targets bit <i>n</i> of word <i>n</i> / 64: core <i>n</i>; the sender's own bit does not count
     * @param message what for
     * @throws IllegalStateException if the sender has not waited for all of its last one
     */
    public void post(int sender, long[] targets, long message) {
        if (behind(sender) != NOBODY) {
            throw new IllegalStateException("core " + sender + " interrupts again before core " + behind(sender)
                + " has acknowledged");
        }
        posts[at(sender)]++;
        posts[at(sender) + 1] = message;
        long[] own = awaited[sender];
        for (int word = 0; word < targets.length; word++) {
            long bits = targets[word];
            if (word == sender >> 6) {
                bits &= ~(1L << sender);
            }
            own[STRIDE + word] = bits;
            for (long left = bits; left != 0; left &= left - 1) {
                int target = word << 6 | Long.numberOfTrailingZeros(left);
                WORDS.getAndBitwiseOrRelease(requests[target], STRIDE + (sender >> 6), 1L << sender);
                WORDS.getAndBitwiseOrRelease(lines, at(target), 1L << (sender >> 6));
            }
        }
        VarHandle.fullFence();
    }

    /**
     * The first target that has not acknowledged a sender's post. Those found to have are not looked at again.
     *
     * @param sender who asks
     * @return a core; or {@link #NOBODY}
     */
    public int behind(int sender) {
        long[] own = awaited[sender];
        for (int word = STRIDE; word < own.length - STRIDE; word++) {
            while (own[word] != 0) {
                int target = word - STRIDE << 6 | Long.numberOfTrailingZeros(own[word]);
                if ((long) WORDS.getAcquire(acknowledged[target], STRIDE + sender) != posts[at(sender)]) {
                    return target;
                }
                own[word] &= own[word] - 1;
            }
        }
        return NOBODY;
    }

    /**
     * Takes a post back that a target, which has gone offline, may never take. Only where the target's TLB is emptied
     * before it comes back, or it would miss something.
     *
     * @param sender who has posted
     * @param target a core that is {@link #behind}
     * @return whether it is taken back, and the target no longer behind; false if the target has taken it, and will
     *     acknowledge
     */
    public boolean withdraw(int sender, int target) {
        long bit = 1L << sender;
        if (((long) WORDS.getAndBitwiseAnd(requests[target], STRIDE + (sender >> 6), ~bit) & bit) == 0) {
            return false;
        }
        awaited[sender][STRIDE + (target >> 6)] &= ~(1L << target);
        return true;
    }

    /**
     * Takes what has been posted to a core, and acknowledges each when it has been received.
     *
     * @param target   the core
     * @param receiver what it does with them; may serve again itself
     * @return how many
     */
    public int serve(int target, Receiver receiver) {
        if (isEmpty(target)) {
            return 0;
        }
        int served = 0;
        long line = (long) WORDS.getAndSetAcquire(lines, at(target), 0L);
        for (; line != 0; line &= line - 1) {
            int word = Long.numberOfTrailingZeros(line);
            long senders = (long) WORDS.getAndSetAcquire(requests[target], STRIDE + word, 0L);
            for (; senders != 0; senders &= senders - 1) {
                int sender = word << 6 | Long.numberOfTrailingZeros(senders);
                long sequence = posts[at(sender)];
                receiver.receive(sender, posts[at(sender) + 1]);
                WORDS.setRelease(acknowledged[target], STRIDE + sender, sequence);
                served++;
            }
        }
        return served;
    }

    /**
     * Whether nothing waits at a core's port. Opaque: only looked at; what it says is acquired with the requests.
     *
     * @param target the core
     * @return whether {@link #serve} would take nothing
     */
    public boolean isEmpty(int target) {
        return (long) WORDS.getOpaque(lines, at(target)) == 0;
    }
}
