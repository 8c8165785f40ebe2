package dev.salvo.engine;

import dev.salvo.engine.clock.HostTime;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.YieldPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Host time that a test holds. It stands still while anybody has anything to do, and then goes on at once to the first time
 * that somebody waits for: so nothing is ever late, and a run is the same run every time, whatever the host is busy with.
 *
 * <p>Where there are threads, those of a machine, {@link #hold} seats them; from then on one runs at a time, in the order of
 * their names, until it gives its CPU up. All that happens at one time happens before the next. A test may
 * {@link #stall stall} threads, as a host would that runs somebody else. A machine on held time shares one CPU
 * ({@link #oneCpu}): its cores give that up in every wait.
 */
public final class HeldTime extends HostTime {
    private static final long NOBODY_WAITS = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<String, Condition> seats = new TreeMap<>();
    private final List<Stall> stalls = new ArrayList<>();
    private boolean held;
    /** Turns begin of themselves when so many threads are seated; 0 if a test says when. */
    private int goWith;
    private String turn;
    private int quietRounds;
    /** Of this round: whether a time that somebody waited for had come, and the first of those that had not. */
    private boolean somethingHappened;
    private long first = NOBODY_WAITS;
    private volatile long now = 1_000_000;

    @Override
    public long now() {
        return now;
    }

    @Override
    public boolean isReached(long deadline, long asOf) {
        boolean reached = super.isReached(deadline, asOf);
        lock.lock();
        try {
            somethingHappened |= reached;
            first = reached ? first : Math.min(first, deadline);
        } finally {
            lock.unlock();
        }
        return reached;
    }

    /** Nobody is late but who is stalled: on anybody else the time can rely for ever. */
    @Override
    public long looksAgainBy(long now, long within) {
        String me = Thread.currentThread().getName();
        return stalls.stream().filter(stall -> stall.thread.equals(me) && stall.from > now).mapToLong(Stall::from).min()
            .orElse(NOBODY_WAITS / 4) + within;
    }

    /** Goes on to the first time that was asked for in vain since the last call. For a test without threads. */
    public void skip() {
        if (first == NOBODY_WAITS) {
            throw new AssertionError("nobody waits for any time");
        }
        now = Math.max(now, first);
        first = NOBODY_WAITS;
    }

    /** Seats so many threads, each when it next gives its CPU up, and returns when all are seated. Nobody has a turn yet. */
    void hold(int threads) {
        lock.lock();
        try {
            held = true;
            while (seats.size() < threads) {
                changed.await();
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** Seats so many threads, and gives the first its turn when all are seated. Returns at once. */
    public void holdAndGo(int threads) {
        lock.lock();
        try {
            held = true;
            goWith = threads;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a thread no turn for a while, beginning so many nanoseconds from now: the host runs somebody else. */
    public void stall(String thread, long in, long nanos) {
        stalls.add(new Stall(thread, now + in, now + in + nanos));
    }

    private record Stall(String thread, long from, long to) {
        boolean at(long time) {
            return from <= time && time < to;
        }
    }

    /** Gives the first of the seated threads its turn, and so on. */
    void go() {
        lock.lock();
        try {
            nextTurn();
        } finally {
            lock.unlock();
        }
    }

    /** Lets all threads go on as the host pleases; time stands still from now on. */
    public void letGo() {
        lock.lock();
        try {
            held = false;
            seats.values().forEach(Condition::signal);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void letPass(YieldPolicy yieldPolicy) {
        if (!waitsForTurn()) {
            yieldPolicy.giveUpCpu();
        }
    }

    /** Ends the calling thread's turn, and waits for its next. Returns false at once if threads go on as they please. */
    private boolean waitsForTurn() {
        lock.lock();
        try {
            if (!held) {
                return false;
            }
            String me = Thread.currentThread().getName();
            Condition seat = seats.computeIfAbsent(me, name -> lock.newCondition());
            changed.signal();
            if (me.equals(turn) || turn == null && seats.size() == goWith) {
                nextTurn();
            }
            while (held && !me.equals(turn)) {
                seat.awaitUninterruptibly();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void nextTurn() {
        do {
            Map.Entry<String, Condition> next = turn == null ? seats.firstEntry() : seats.higherEntry(turn);
            if (next == null) {
                endRound();
                next = seats.firstEntry();
            }
            turn = next.getKey();
        } while (isStalled(turn));
        seats.get(turn).signal();
    }

    /** Two rounds in which nothing happened: whoever was told something in the first has looked in the second. */
    private void endRound() {
        quietRounds = somethingHappened ? 0 : quietRounds + 1;
        if (quietRounds >= 2) {
            quietRounds = 0;
            long next = first;
            for (Stall stall : stalls) {
                next = stall.at(now) ? Math.min(next, stall.to) : next; // who is stalled has not asked
            }
            now = next == NOBODY_WAITS ? now : next;
        }
        somethingHappened = false;
        first = NOBODY_WAITS;
    }

    private boolean isStalled(String thread) {
        return stallEnds(thread) > now;
    }

    /** When the stall ends that a thread is in; now, if it is in none. For a test without threads, which is one itself. */
    public long stallEnds(String thread) {
        return stalls.stream().filter(stall -> stall.thread.equals(thread) && stall.at(now)).mapToLong(Stall::to).max()
            .orElse(now);
    }

    /** This host, as if it had one CPU. */
    public static HostTopology oneCpu() {
        try {
            Path root = Files.createTempDirectory("one-cpu");
            Path status = root.resolve("proc/self/status");
            Files.createDirectories(status.getParent());
            Files.writeString(status, "Cpus_allowed_list:\t" + CpuPinning.mask().stream().min().orElseThrow() + "\n");
            try {
                return HostTopology.read(root);
            } finally {
                Files.delete(status);
                for (Path folder = status.getParent(); !folder.equals(root.getParent()); folder = folder.getParent()) {
                    Files.delete(folder);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
