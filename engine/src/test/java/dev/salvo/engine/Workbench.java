package dev.salvo.engine;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A started machine whose cores do, each on its own thread, what the test tells them, one thing after another; between
 * two things they serve their ports. One address space, number {@value #ASID}.
 */
final class Workbench implements AutoCloseable {
    static final int ASID = 1;

    final Machine machine;
    final PageTable table = new PageTable();
    private final Worker[] workers;

    Workbench(MachineSpec spec) {
        this(spec, HostTopology.read());
    }

    Workbench(MachineSpec spec, HostTopology host) {
        machine = new Machine(spec, host);
        machine.translationTable(ASID, table);
        workers = new Worker[spec.cores()];
        for (int id = spec.adopted(); id < workers.length; id++) {
            workers[id] = new Worker();
            machine.run(id, workers[id]);
        }
        machine.start();
    }

    /** Tells a core to do something, and does not wait for it. */
    <T> CompletableFuture<T> begin(int core, Function<Core, T> what) {
        Order<T> order = new Order<>(what, new CompletableFuture<>());
        Await.until("core " + core + " is free", () -> workers[core].next.compareAndSet(null, order));
        return order.result;
    }

    /** Tells a core to do something, waits for it, and returns or throws what came of it. */
    <T> T ask(int core, Function<Core, T> what) {
        return result(begin(core, what));
    }

    /** Tells a core to do something, and waits for it. */
    void tell(int core, Consumer<Core> what) {
        ask(core, carrier -> {
            what.accept(carrier);
            return null;
        });
    }

    static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get(Await.SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException | TimeoutException tooLong) {
            throw new AssertionError("no answer", tooLong);
        }
    }

    /** Allocates a frame and writes a byte to its beginning. */
    int allocate(int bank, int index, int content) {
        int frame = PhysicalMemory.frame(bank, index);
        machine.memory().nextGeneration(frame);
        machine.memory().bytes(frame).putByte(PhysicalMemory.offset(frame), (byte) content);
        return frame;
    }

    void free(int frame) {
        machine.memory().nextGeneration(frame);
    }

    /** Allocates frames 0, 1, … of a bank, their numbers as their content, and maps pages 0, 1, … to them. */
    void mapPages(int bank, int count) {
        for (int page = 0; page < count; page++) {
            table.set(page, Pte.writableDirty(allocate(bank, page, page)));
        }
    }

    static long va(long page) {
        return page << PageTable.PAGE_SHIFT;
    }

    boolean hasAcknowledged(int core, int issuer, long sequence) {
        return machine.interconnect().acknowledged(core, issuer) > sequence;
    }

    @Override
    public void close() {
        machine.close();
    }

    private record Order<T>(Function<Core, T> what, CompletableFuture<T> result) {
        void carryOut(Core core) {
            try {
                result.complete(what.apply(core));
            } catch (Throwable failed) {
                result.completeExceptionally(failed); // for whoever asked
            }
        }
    }

    private static final class Worker implements Program {
        final AtomicReference<Order<?>> next = new AtomicReference<>();

        @Override
        public int step(Core core) {
            Order<?> order = next.get();
            if (order == null) {
                return 0;
            }
            next.set(null);
            order.carryOut(core);
            return 1;
        }
    }
}
