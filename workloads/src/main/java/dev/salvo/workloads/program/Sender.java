package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.Program;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Task;
import java.util.function.LongConsumer;

/**
 * A program that makes TLBs forget, operation after operation, and what it has done and taken for that. One step is one
 * operation, or a part of a long one.
 *
 * <p>It belongs to the thread of its core.
 */
abstract class Sender implements Program {
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
    private volatile boolean ready;
    private volatile boolean go;

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

    /** Makes the memory ready, so that operations from now on are alike. */
    abstract void prepare(Core core);

    /** Does one operation, or a part of one. Returns what of it is measured, ns. */
    abstract long operate(Core core);

    /** Pages done with since the machine was started. By other threads: a moment old. */
    abstract long pagesDone();

    /** Whether one step is only a part of an operation, so that nobody is to be told what it took. */
    boolean isInParts() {
        return false;
    }

    /** Prepares, on the sender's core. */
    final void makeReady(Core core) {
        task = new Task(core, batch);
        prepare(core);
        mark();
        ready = true;
    }

    /** From here on it is measured. Of other threads' cores what is read is a moment old. */
    void mark() {
        markedAt = System.nanoTime();
        countsBefore = task.core().counts();
        pagesBefore = pagesDone();
        programNanosBefore = programNanos;
        flushNanosBefore = task.flushNanos();
        issueNanosBefore = task.core().issueNanos();
        waitNanosBefore = task.core().waitNanos();
    }

    /** Lets {@link #step} begin. */
    final void go() {
        go = true;
    }

    final boolean isReady() {
        return ready;
    }

    @Override
    public final int step(Core core) {
        if (!ready) {
            makeReady(core);
            return 1;
        }
        if (!go) {
            return 0;
        }
        operation(core);
        return 1;
    }

    /** One step, and what it took. */
    final void operation(Core core) {
        long nanos = operate(core);
        programNanos += nanos;
        if (!isInParts()) {
            operationNanos.accept(nanos);
        }
    }

    /** For a sender whose steps are parts: tells what its operations took on average, when all is over. */
    final void tellOfParts(int pagesOfOperation, long now) {
        if (pages(now) > 0) {
            operationNanos.accept(Math.round((double) programNanos(now) / pages(now) * pagesOfOperation));
        }
    }

    // What it has done and taken since the mark, until now. Thread rules as for Core.counts.

    long pages(long now) {
        return pagesDone() - pagesBefore;
    }

    final CoreCounts counts() {
        return task.core().counts().minus(countsBefore);
    }

    /** Of a sender whose steps are parts all the time, for it is never without one. */
    final long programNanos(long now) {
        return isInParts() ? now - markedAt : programNanos - programNanosBefore;
    }

    /** Time in TLBI, if its core takes it. */
    final long issueNanos() {
        return task.core().issueNanos() - issueNanosBefore;
    }

    /** Time in DSB, if its core takes it. */
    final long waitNanos() {
        return task.core().waitNanos() - waitNanosBefore;
    }

    /** Time in the flush functions, if the strategy takes it. */
    final long flushNanos() {
        return task.flushNanos() - flushNanosBefore;
    }
}
