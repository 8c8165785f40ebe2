package dev.salvo.jmh;

import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.results.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The lock that all JMH runs take which share a temporary folder, whoever's they are, lest two disturb each other. It is
 * JMH's own file, {@code jmh.lock} in {@code java.io.tmpdir}; what it means is whether somebody holds a lock on it, not
 * that it is there.
 *
 * <p>JMH opens it so that it would be made, which Linux refuses for another user's file in a folder such as {@code /tmp}
 * ({@code fs.protected_regular}), and never when it may not be written. Then it is opened here, as far as it lets itself
 * be, and held until this process ends in JMH's place, which is told not to try.
 *
 * <p>Who has another temporary folder, as a container has, does not see it: for those see
 * {@link dev.salvo.engine.host.CpuUse}.
 */
public final class MeasuringLock implements AutoCloseable {
    private static final String FILE = "jmh.lock";
    private static final String TEMPORARY_FOLDER = "java.io.tmpdir";

    /** JMH's property. Who sets it has chosen. */
    private static final String IGNORED = "jmh.ignoreLock";

    /** As JMH opens it, and then with less and less. */
    private static final List<Set<? extends OpenOption>> WAYS = List.of(
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        Set.of(StandardOpenOption.WRITE), Set.of(StandardOpenOption.READ));

    /** Those held in JMH's place, until the process ends: a channel that nobody knows would be closed. */
    private static final List<FileChannel> HELD_FOR_JMH = new ArrayList<>();

    private final FileChannel channel;

    private MeasuringLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock. Before JMH is run it must be closed again, for JMH takes it itself.
     *
     * @return the lock, to be closed when the measuring is over; null if somebody else holds it
     * @throws UnsuitableHostException if that cannot be told, or if the temporary folder cannot be used
     */
    public static synchronized MeasuringLock take() {
        if (Boolean.getBoolean(IGNORED)) {
            return new MeasuringLock(null);
        }
        TemporaryFolder.requireRoom();
        return take(Path.of(System.getProperty(TEMPORARY_FOLDER), FILE));
    }

    /** As {@link #take()}, of a file. */
    static MeasuringLock take(Path file) {
        IOException refusal = null;
        for (Set<? extends OpenOption> way : WAYS) {
            try {
                FileChannel channel = locked(file, way);
                if (channel == null) {
                    return null;
                }
                if (way == WAYS.get(0)) {
                    file.toFile().setWritable(true, false); // by everybody, as JMH has it; refused if it is another's
                    return new MeasuringLock(channel);
                }
                HELD_FOR_JMH.add(channel);
                System.setProperty(IGNORED, "true");
                return new MeasuringLock(null);
            } catch (IOException refused) {
                refusal = refused;
            }
        }
        throw new UnsuitableHostException(file + ": " + Reason.of(refusal) + ", so whether somebody is measuring cannot be "
            + "told; have it removed by whom it belongs to, name another temporary folder (java -D" + TEMPORARY_FOLDER
            + "=DIR ...), or see to it that nobody is (java -D" + IGNORED + "=true ...)", refusal);
    }

    /**
     * The file, opened and locked; null if somebody else holds it. Whoever may only read it takes a lock that others may
     * share, but not one who measures.
     */
    private static FileChannel locked(Path file, Set<? extends OpenOption> way) throws IOException {
        FileChannel channel = FileChannel.open(file, way);
        boolean isLocked = false;
        try {
            isLocked = channel.tryLock(0, Long.MAX_VALUE, !way.contains(StandardOpenOption.WRITE)) != null;
        } catch (OverlappingFileLockException held) {
            // by this process, which is as good as another
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
        return isLocked ? channel : null;
    }

    /** Gives it back. */
    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException lost) {
            throw new UnsuitableHostException("the lock on " + FILE + " is lost: " + lost.getMessage(), lost);
        }
    }
}
