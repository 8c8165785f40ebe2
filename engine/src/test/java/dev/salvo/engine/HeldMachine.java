package dev.salvo.engine;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.HardwareProfile;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A paced machine on {@link HeldTime}, whose clock has been started. Its cores do nothing before {@link #go}: what they have
 * been told by then they begin at the same time.
 */
final class HeldMachine implements AutoCloseable {
    final HeldTime time = new HeldTime();
    final Workbench bench;
    private final double dilation;
    private final long start;

    HeldMachine(HardwareProfile profile, int cores, double dilation, double... software) {
        this(profile, MachineSpec.of(cores), dilation, software);
    }

    HeldMachine(HardwareProfile profile, MachineSpec spec, double dilation, double... software) {
        this.dilation = dilation;
        bench = new Workbench(spec.clock(Clock.paced(profile, dilation, software).in(time)), HeldTime.oneCpu());
        time.hold(spec.cores() + 1); // and the Misc Node
        bench.machine.startClock();
        start = time.now();
    }

    /** Tells a core to do something. What comes of it is when it was over. */
    CompletableFuture<Double> begin(int core, Consumer<Core> what) {
        return bench.begin(core, carrier -> {
            what.accept(carrier);
            return now();
        });
    }

    /** Lets all begin. */
    void go() {
        time.go();
    }

    /** Lets a core do something, all others being idle. Returns when it was over. */
    double runs(int core, Consumer<Core> what) {
        CompletableFuture<Double> over = begin(core, what);
        go();
        return Workbench.result(over);
    }

    /** As {@link #runs}, for what the core makes of it. */
    <T> T asks(int core, Function<Core, T> what) {
        CompletableFuture<T> made = bench.begin(core, what);
        go();
        return Workbench.result(made);
    }

    /** Nanoseconds of the machine since its clock was started. */
    double now() {
        return (time.now() - start) / dilation;
    }

    /** Gives a thread of the machine, {@code core-001} or {@code misc-node}, no turn for a while. In its nanoseconds. */
    void stall(String thread, double in, double nanos) {
        time.stall(thread, Math.round(in * dilation), Math.round(nanos * dilation));
    }

    @Override
    public void close() {
        time.letGo();
        bench.close();
    }
}
