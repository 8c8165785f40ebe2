package dev.salvo.engine.dvm;

import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.host.OwnLines;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * A broadcast through one inbox per core: the issuer posts the same message to every core online, one after another,
 * as a kernel that shoots TLBs down by interrupts must.
 *
 * <p>Each issuer counts its own operations; a receiver writes down, per issuer, how far it has got. Messages are
 * allocated once, {@value #WINDOW} per issuer, and used again in turn when all who are online have acknowledged them.
 *
 * <p><b>Progress.</b> {@link #issue} is O(cores), and lock-free as JCTools' offer is; when an inbox is full it
 * remembers how far it has posted, and goes on there. {@link #serve}, {@link #behind} and {@link #leave} are wait-free;
 * so is {@link #join}. A message behind one whose sender has lost its CPU in the middle of its offer waits for that
 * sender, as in every such queue; the receiver does not: it returns and asks again.
 *
 * <p><b>Online and offline.</b> An issuer looks who is online after a full fence, and a core that joins says so before a
 * full fence: either the issuer posts to it, or the core sees the operation counted as begun, and its page-table store.
 * To join acknowledges every operation begun until then: the TLB is empty and has yet to walk.
 *
 * <p><b>In order.</b> A receiver acknowledges an issuer's operation only if it is the next one in that issuer's count.
 * A core that has just joined may find in its inbox the message of an operation that joining acknowledged; its issuer
 * may have used that message again by then, for the operation {@value #WINDOW} further on, and to acknowledge that one
 * would acknowledge all between, which still lie in the inbox.
 */
public class Inboxes extends Interconnect {
    /** How many operations of one issuer may be under way. */
    static final int WINDOW = 64;

    private static final int ACKNOWLEDGE_EVERY = 64;
    private static final int NOT_POSTING = -1;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SEQUENCE;
    private static final VarHandle TLBI;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SEQUENCE = lookup.findVarHandle(Message.class, "sequence", long.class);
            TLBI = lookup.findVarHandle(Message.class, "tlbi", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final MpscVarHandleArrayQueue<Message>[] inboxes;

    /** Per receiver a row, per issuer in it how many of its operations are acknowledged. Written by the receiver. */
    private final long[][] acknowledged;

    /** 1 while a core is online. Written by the core, read by issuers and waiters. */
    private final long[] online;

    /** How many operations an issuer has begun. Written by the issuer, read by whoever joins. */
    private final long[] begun;

    /** Each issuer's own. */
    private final Outbox[] outboxes;

    /**
     * Makes empty inboxes with nobody online.
     *
     * @param cores    how many ports, at least 1
     * @param capacity messages that fit an inbox, at least 2; rounded up to a power of two
     */
    public Inboxes(int cores, int capacity) {
        super(cores);
        if (capacity < 2) {
            throw new IllegalArgumentException("an inbox of " + capacity + " messages: at least 2");
        }
        @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
        MpscVarHandleArrayQueue<Message>[] queues = new MpscVarHandleArrayQueue[cores];
        inboxes = queues;
        acknowledged = new long[cores][];
        online = OwnLines.words(cores);
        begun = OwnLines.words(cores);
        outboxes = new Outbox[cores];
        for (int core = 0; core < cores; core++) {
            inboxes[core] = new MpscVarHandleArrayQueue<>(capacity);
        }
    }

    @Override
    public final long issue(int core, long tlbi) {
        Outbox outbox = outboxes[core];
        long sequence = outbox.next;
        Message message = outbox.messages[(int) sequence & WINDOW - 1];
        if (outbox.resumeAt == NOT_POSTING) {
            if (sequence - WINDOW >= outbox.done && !acknowledgedByAll(core, outbox, sequence - WINDOW)) {
                return FULL;
            }
            write(message, sequence, tlbi);
            // Release: who joins and reads this has acknowledged the operation, and walks after its page-table store.
            WORDS.setRelease(begun, at(core), sequence + 1);
            VarHandle.fullFence(); // the page-table store, and begun, before who is online: see join
        } else if (message.tlbi != tlbi) {
            throw new IllegalStateException("core " + core + " issues " + Tlbi.toString(tlbi) + " with "
                + Tlbi.toString(message.tlbi) + " posted to some cores only");
        }
        for (int receiver = Math.max(outbox.resumeAt, 0); receiver < inboxes.length; receiver++) {
            if (isOnline(receiver) && !inboxes[receiver].offer(message)) {
                outbox.resumeAt = receiver;
                return FULL;
            }
        }
        outbox.resumeAt = NOT_POSTING;
        outbox.next = sequence + 1;
        return sequence;
    }

    @Override
    public final int serve(int core, Tlb tlb) {
        MpscVarHandleArrayQueue<Message> inbox = inboxes[core];
        int served = 0;
        Message message;
        while (served < ACKNOWLEDGE_EVERY && (message = inbox.relaxedPoll()) != null) {
            long sequence = (long) SEQUENCE.getAcquire(message);
            tlb.invalidate((long) TLBI.getOpaque(message));
            long[] row = acknowledged[core];
            if (row[message.issuer] == sequence) {
                // Release: the entry is gone, and every access that used it is over, before the issuer sees this.
                WORDS.setRelease(row, message.issuer, sequence + 1);
            }
            served++;
        }
        return served;
    }

    @Override
    public boolean isEmpty(int core) {
        return inboxes[core].isEmpty(); // compares the indices, so it counts an offer that is not finished
    }

    @Override
    public int waitsOn(int issuer) {
        Outbox outbox = outboxes[issuer];
        return outbox.resumeAt != NOT_POSTING ? outbox.resumeAt
            : Math.min(behind(issuer, outbox.next - WINDOW, 0), cores() - 1);
    }

    @Override
    public final long acknowledged(int core, int issuer) {
        // Acquire on both: who finds a core gone, or far enough, sees its accesses over.
        return isOnline(core) ? (long) WORDS.getAcquire(acknowledged[core], issuer) : OFFLINE;
    }

    @Override
    public void join(int core, Tlb tlb) {
        if (outboxes[core] == null) {
            outboxes[core] = new Outbox(core);
            acknowledged[core] = new long[cores()];
        }
        while (inboxes[core].relaxedPoll() != null) {
            continue; // left behind when it went offline; what an unfinished offer hides, serve does not mistake
        }
        WORDS.setVolatile(online, at(core), 1L);
        VarHandle.fullFence();
        for (int issuer = 0; issuer < cores(); issuer++) {
            long already = (long) WORDS.getAcquire(begun, at(issuer));
            if (acknowledged[core][issuer] < already) {
                WORDS.setRelease(acknowledged[core], issuer, already);
            }
        }
    }

    @Override
    public void leave(int core) {
        WORDS.setRelease(online, at(core), 0L);
    }

    /**
     * Makes a message ready to be posted. The operation first, then the sequence, a release: a receiver that reads this
     * sequence reads this operation, even from a message left in its inbox since before it went offline.
     */
    void write(Message message, long sequence, long tlbi) {
        TLBI.setOpaque(message, tlbi);
        SEQUENCE.setRelease(message, sequence);
    }

    /** The message that a core serves next, or null. */
    final Message next(int core) {
        return inboxes[core].relaxedPeek();
    }

    private boolean acknowledgedByAll(int core, Outbox outbox, long sequence) {
        long least = OFFLINE;
        for (int receiver = 0; receiver < cores(); receiver++) {
            least = Math.min(least, acknowledged(receiver, core));
        }
        outbox.done = Math.min(least, outbox.next); // all alone online: everything so far is done
        return sequence < outbox.done;
    }

    private boolean isOnline(int core) {
        return (long) WORDS.getAcquire(online, at(core)) != 0;
    }


    /** One operation on its way to everybody. */
    static final class Message {
        final int issuer;
        long sequence = -1;
        long tlbi;
        /** When it was issued, where somebody takes times; written before it is posted, read after it was polled. */
        long issuedAt;

        Message(int issuer) {
            this.issuer = issuer;
        }
    }

    private static final class Outbox {
        final Message[] messages = new Message[WINDOW];
        long next;
        long done;
        int resumeAt = NOT_POSTING;

        Outbox(int issuer) {
            for (int i = 0; i < WINDOW; i++) {
                messages[i] = new Message(issuer);
            }
        }
    }
}
