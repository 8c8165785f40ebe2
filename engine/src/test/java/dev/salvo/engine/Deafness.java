package dev.salvo.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A step that does not serve its port until the test lets it go; as a long step without a look at the port would be.
 */
final class Deafness implements Function<Core, Boolean> {
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Consumer<Core> atTheEnd;

    Deafness() {
        this(core -> { });
    }

    /** What the step does when it is let go, still deaf. */
    Deafness(Consumer<Core> atTheEnd) {
        this.atTheEnd = atTheEnd;
    }

    @Override
    public Boolean apply(Core core) {
        begun.set(true);
        Await.until("deafness is over", over::get);
        atTheEnd.accept(core);
        ended.set(true);
        return true;
    }

    void awaitBegin() {
        Await.until("a core is deaf", begun::get);
    }

    void end() {
        over.set(true);
    }

    /** Whether the step is about to return: from here on the core may acknowledge, and not before. */
    boolean hasEnded() {
        return ended.get();
    }
}
