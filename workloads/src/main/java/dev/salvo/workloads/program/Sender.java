package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.Program;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Step;
import dev.salvo.workloads.kernel.Task;
import java.util.function.LongConsumer;

/**
 * A program that makes TLBs forget, operation after operation, and what it has done and taken for that. One step is one
 * operation, or a part of a long one.
 *
 * <p>It belongs to the thread of its core.
 */
abstract class Sender implements Program {
    private static final long NONE_YET = Long.MIN_VALUE;

    final Kernel kernel;
    private final int batch;
    private final LongConsumer operationNanos;

    Task task;
    private long programNanos;
    private CoreCounts countsBefore;
    private long pagesBefore;
    private long programNanosBefore;
    private long flushNanosBefore;
    private long issueNanosBefore;
    private long waitNanosBefore;
    private long markedAt;
    /** When its last operation ended; {@link #NONE_YET} before the first since it was marked. */
    private long endedAt = NONE_YET;
    /** What was done and taken by the end of the last whole operation; only where {@link #keepsDone}. */
    private volatile Done done;
    private boolean keepsDone;
    private volatile boolean over;
    private volatile boolean ready;
    private volatile boolean go;
    /** How it shall warm up; written by who watches. */
    private volatile WarmUp warm = WarmUp.NONE;
    /** Whether it does; written by the sender, which then looks once more whether it shall: both volatile, so one sees it. */
    private volatile boolean warming;
    /** Operations or shootdowns to warm up; written by the sender, read by who watches, who minds no moment. */
    private volatile int warmUps;

    /**
     * Makes a sender.
     *
     * @param kernel         the kernel it calls
     * @param batch          pages freed with one flush
     * @param operationNanos told of the time that each operation took
     */
    Sender(Kernel kernel, int batch, LongConsumer operationNanos) {
        this.kernel = kernel;
        this.batch = batch;
        this.operationNanos = operationNanos;
    }

    /** What a sender does before it is measured, so that the host's code of it is compiled. */
    enum WarmUp {
        /** Nothing. */
        NONE,
        /** What it will be measured with; where steps are parts of that, shootdowns, which leave it where it is. */
        OPERATIONS,
        /** Shootdowns of a page that nobody has. */
        SHOOTDOWNS
    }

    /**
     * What a sender has done and taken, all of the same operations.
     *
     * @param at when the last of them ended
     */
    record Done(long at, long pages, CoreCounts counts, long programNanos, long issueNanos, long waitNanos,
                long flushNanos) {
    }

    /** Makes the memory ready, so that operations from now on are alike. */
    abstract void prepare(Core core);

    /** Does one operation, or a part of one. Returns what of it is measured, ns. */
    abstract long operate(Core core);

    /**
     * Whether what passes between two operations belongs to the second: all of a sender's time is in operations then, and what a
     * page takes, times the pages in that time, is the number of senders. Not where an operation is followed by what is not
     * measured.
     */
    boolean ownsTimeBetween() {
        return !isInParts();
    }

    /** Pages done with since the machine was started. By other threads: a moment old. */
    abstract long pagesDone();

    /** Whether one step is only a part of an operation, so that nobody is to be told what it took. */
    boolean isInParts() {
        return false;
    }

    /** Prepares, on the sender's core. */
    final void makeReady(Core core) {
        task = kernel.newTask(core, batch);
        prepare(core);
        mark();
        ready = true;
    }

    /**
     * From now on, what is known of it is of whole operations, for whoever looks before it rests. Costs an object an
     * operation, so not for a host's own clock.
     */
    final void keepDone() {
        keepsDone = true;
    }

    /** What it does from now on does not count any more. Any thread. */
    final void end() {
        over = true;
    }

    /** From here on it is measured. It has not begun, or what is read of it is a moment old. */
    void mark() {
        markedAt = task.core().time();
        endedAt = NONE_YET;
        countsBefore = task.core().counts();
        pagesBefore = pagesDone();
        programNanosBefore = programNanos;
        flushNanosBefore = task.flushNanos();
        issueNanosBefore = task.core().issueNanos();
        waitNanosBefore = task.core().waitNanos();
        done = null;
    }

    /** Lets {@link #step} begin. */
    final void go() {
        go = true;
    }

    final boolean isReady() {
        return ready;
    }

    /**
     * Lets it warm up, or no longer: all at once, so that the code of those who meet others is compiled too. Before
     * {@link #go}. Any thread.
     */
    final void warm(WarmUp how) {
        warm = how;
    }

    /** Whether it still warms up, after it was told to end that. Any thread. */
    final boolean isWarming() {
        return warming;
    }

    /** How often it has, of its own steps. Any thread. */
    final int warmUps() {
        return warmUps;
    }

    /** Once of what it was told to do. On its core. */
    final void warmUp(Core core, WarmUp how) {
        if (how == WarmUp.OPERATIONS && !isInParts()) {
            operate(core);
        } else {
            shootNobodyDown(core);
        }
        warmUps++;
    }

    /** What all senders will do, of a page that nobody has. */
    static void shootNobodyDown(Core core) {
        Step.SYSCALL.on(core, 1);
        core.dsbIshst();
        core.tlbi(Tlbi.vale1is(Tlbi.MAX_ASID, 0));
        core.dsb();
    }

    @Override
    public final int step(Core core) {
        if (!ready) {
            makeReady(core);
            return 1;
        }
        if (!go) {
            warming = true;
            WarmUp how = warm;
            if (how != WarmUp.NONE) {
                warmUp(core, how);
            }
            warming = false;
            return how == WarmUp.NONE ? 0 : 1;
        }
        if (endedAt == NONE_YET) {
            endedAt = markedAt; // until it had its first turn, too
        }
        operation(core);
        return 1;
    }

    /** One step, and what it took. */
    final void operation(Core core) {
        long before = endedAt;
        long nanos = operate(core);
        if (ownsTimeBetween()) {
            endedAt = core.time();
            nanos = before == NONE_YET ? nanos : endedAt - before;
        }
        programNanos += nanos;
        if (isInParts() || over) {
            return;
        }
        operationNanos.accept(nanos);
        if (keepsDone) {
            done = soFar();
        }
    }

    /** Tells of the time that an operation took on average, where steps are parts. */
    final void tell(long nanos) {
        operationNanos.accept(nanos);
    }

    /**
     * What it has done and taken since the mark: where {@link #keepDone whole operations} are kept of those, and null
     * before the first.
     */
    final Done done() {
        return keepsDone ? done : soFar();
    }

    /** The same in the midst of an operation: by other threads a moment old, and not all of one moment. */
    final Done soFar() {
        return new Done(task.core().time(), pagesDone() - pagesBefore, task.core().counts().minus(countsBefore),
            programNanos - programNanosBefore, task.core().issueNanos() - issueNanosBefore,
            task.core().waitNanos() - waitNanosBefore, task.flushNanos() - flushNanosBefore);
    }

    /** Pages done since the mark. By other threads: a moment old. */
    final long pages() {
        return pagesDone() - pagesBefore;
    }

    /** How long ago the mark was. */
    final long nanosSinceMark(long now) {
        return now - markedAt;
    }
}
