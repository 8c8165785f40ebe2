package dev.salvo.workloads.counts;

import dev.salvo.workloads.counts.CountedProcess.Place;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Chip;
import dev.salvo.workloads.kernel.Linux;
import dev.salvo.workloads.kernel.Protection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts what a version of Linux executes for an operation, as booted kernels were counted: in one process, after two repeats
 * that warm it up, so that what a repeat leaves behind is paid by the next one. Each row has a machine of its own.
 */
public final class KernelCounter {
    private static final int WARM_UPS = 2;
    private static final int REPEATS = 2;
    private static final int MOST_PAGES = 1024;
    private static final Pattern THREADS = Pattern.compile("alone|([1-9]\\d?) (?:spinning|asleep)");
    private static final Pattern PAGEOUT =
        Pattern.compile("(shared|private)( straddle)? (clean|dirty)(, after COLD|, also mapped by child)?");
    private static final Pattern WRITTEN = Pattern.compile("(?:shared|private) written");

    private KernelCounter() {
    }

    /**
     * Counts a row.
     *
     * @param row its words
     * @return what the core executed; nothing if one of the words is not known here
     * @throws IllegalStateException if repeats differ, or a stale translation was used
     */
    public static Optional<Counts> count(CountedWords row) {
        Matcher threads = THREADS.matcher(row.threads());
        Optional<Linux> linux = version(row.kernel());
        Optional<Chip> chip = Cpu.named(row.cpu()).flatMap(cpu -> cpu.chip(row.options()));
        Place place = place(row);
        if (!row.arch().equals("arm64") || !threads.matches() || linux.isEmpty() || chip.isEmpty() || row.pages() < 1
            || row.pages() > MOST_PAGES || place == null) {
            return Optional.empty();
        }
        // Threads on other cores change no count on arm64: nobody asks who they are.
        int others = threads.group(1) == null ? 0 : Integer.parseInt(threads.group(1));
        boolean shared = row.state().startsWith("shared");
        try (CountedProcess process = new CountedProcess(linux.get(), chip.get(), shared, place, row.pages(), others)) {
            Consumer<CountedProcess> repeat = repeat(row, process);
            return repeat == null ? Optional.empty() : Optional.of(counted(row, process, repeat));
        }
    }

    private static Counts counted(CountedWords row, CountedProcess process, Consumer<CountedProcess> repeat) {
        for (int i = 0; i < WARM_UPS; i++) {
            repeat.accept(process);
        }
        repeat.accept(process);
        Counts counted = process.counted();
        for (int i = 1; i < REPEATS; i++) {
            repeat.accept(process);
            if (!process.counted().equals(counted)) {
                throw new IllegalStateException(row + ": " + counted + ", then " + process.counted());
            }
        }
        if (process.staleUses() > 0) {
            throw new IllegalStateException(row + ": " + process.staleUses() + " accesses through stale translations");
        }
        return counted;
    }

    private static Optional<Linux> version(String kernel) {
        try {
            return Optional.of(Linux.of(kernel));
        } catch (IllegalArgumentException notKnown) {
            return Optional.empty();
        }
    }

    /** Where the pages of a row lie; null if its operation is not known. */
    private static Place place(CountedWords row) {
        return switch (row.operation()) {
            case "pageout" -> row.state().contains("straddle") ? Place.STRADDLING : Place.BORDER;
            case "cold" -> row.state().endsWith("written") ? Place.BEHIND_BORDER : Place.BORDER;
            case "munmap" -> row.state().contains("isolated") ? Place.BORDER : Place.BEHIND_BORDER;
            case "mremap" -> row.state().endsWith("aligned") && !row.state().endsWith("unaligned") ? Place.BORDER
                : Place.BEHIND_BORDER;
            case "mprotect RW->R", "mprotect R->RW", "mprotect RW->NONE", "mprotect NONE->RW", "mprotect RW->RX",
                "call after RW->RX", "mprotect RX->RW", "dontneed", "free", "write after free", "touch after cold", "read fault",
                "write after read fault", "write fault", "swap-in by read", "write after swap-in by read", "write after fork",
                "move_pages" -> Place.BEHIND_BORDER;
            default -> null;
        };
    }

    /** Sets the process up and returns what one repeat does, its last window the row's; null if the state is not known. */
    private static Consumer<CountedProcess> repeat(CountedWords row, CountedProcess process) {
        String state = row.state();
        return switch (row.operation()) {
            case "pageout" -> pageout(PAGEOUT.matcher(state), process);
            case "cold" -> switch (state) {
                case "private", "shared" -> coldBeforePageout(process);
                case "private written", "shared written" -> written(KernelCounter::cold);
                default -> null;
            };
            case "touch after cold" -> is(state, "private", "shared", p -> {
                p.store();
                cold(p);
                p.window(p::load);
            });
            case "free" -> is(state, "private written", written(
                p -> p.kernel.madviseFree(p.task, p.mm, p.first, p.pages)));
            case "write after free" -> is(state, "private, lazyfree", p -> {
                p.store();
                p.kernel.madviseFree(p.task, p.mm, p.first, p.pages);
                p.window(p::store);
            });
            case "munmap" -> munmap(state, process);
            case "mprotect RW->R", "mprotect R->RW", "mprotect RW->NONE", "mprotect NONE->RW" ->
                WRITTEN.matcher(state).matches() ? mprotect(row.operation()) : null;
            case "mprotect RW->RX" -> is(state, "private code written", code(row.operation()));
            case "call after RW->RX", "mprotect RX->RW" -> is(state, "private code", code(row.operation()));
            case "dontneed" -> switch (state) {
                case "private written", "shared written" -> written(KernelCounter::dontneed);
                case "private untouched" -> p -> p.window(() -> dontneed(p));
                default -> null;
            };
            case "read fault" -> is(state, "private, new", anew(process, p -> p.window(p::load)));
            case "write after read fault" -> is(state, "private, zero page", anew(process, p -> {
                p.load();
                p.window(p::store);
            }));
            case "write fault" -> is(state, "private, new", "shared, new", anew(process, p -> p.window(p::store)));
            case "swap-in by read" -> is(state, "private", "shared", swapIn(process, p -> p.window(p::load)));
            case "write after swap-in by read" -> is(state, "private", "shared", swapIn(process, p -> {
                p.load();
                p.window(p::store);
            }));
            case "mremap" -> is(state, "private written, unaligned", "private written, 2 MiB aligned", mremap(process));
            case "write after fork" -> is(state, "private, child gone (reuse)", p -> {
                p.store();
                p.kernel.exit(p.task, p.kernel.fork(p.task, p.mm));
                p.window(p::store);
            });
            case "move_pages" -> WRITTEN.matcher(state).matches()
                ? written(p -> p.kernel.movePages(p.task, p.mm, p.first, p.pages)) : null;
            default -> null;
        };
    }

    private static Consumer<CountedProcess> is(String state, String only, Consumer<CountedProcess> repeat) {
        return state.equals(only) ? repeat : null;
    }

    private static Consumer<CountedProcess> is(String state, String one, String another, Consumer<CountedProcess> repeat) {
        return state.equals(one) || state.equals(another) ? repeat : null;
    }

    private static Consumer<CountedProcess> written(Consumer<CountedProcess> operation) {
        return p -> {
            p.store();
            p.window(() -> operation.accept(p));
        };
    }

    private static void pageout(CountedProcess p) {
        p.kernel.madvisePageout(p.task, p.mm, p.first, p.pages);
    }

    private static void cold(CountedProcess p) {
        p.kernel.madviseCold(p.task, p.mm, p.first, p.pages);
    }

    private static void dontneed(CountedProcess p) {
        p.kernel.madviseDontneed(p.task, p.mm, p.first, p.pages);
    }

    private static Consumer<CountedProcess> pageout(Matcher state, CountedProcess process) {
        if (!state.matches()) {
            return null;
        }
        boolean dirty = state.group(3).equals("dirty");
        boolean cold = ", after COLD".equals(state.group(4));
        process.fill();
        pageout(process);
        if (", also mapped by child".equals(state.group(4))) {
            process.load();
            if (state.group(1).equals("shared")) {
                process.loadByOther();
            } else {
                AddressSpace child = process.kernel.fork(process.task, process.mm);
                process.load(child);
            }
        }
        return p -> {
            if (dirty) {
                p.store();
            } else {
                p.load();
            }
            if (cold) {
                cold(p);
            }
            p.window(() -> pageout(p));
        };
    }

    private static Consumer<CountedProcess> coldBeforePageout(CountedProcess process) {
        process.fill();
        pageout(process);
        return p -> {
            p.load();
            p.window(() -> cold(p));
            pageout(p);
        };
    }

    private static Consumer<CountedProcess> swapIn(CountedProcess process, Consumer<CountedProcess> then) {
        process.fill();
        return p -> {
            pageout(p);
            then.accept(p);
        };
    }

    /** Each repeat maps the pages anew. */
    private static Consumer<CountedProcess> anew(CountedProcess process, Consumer<CountedProcess> then) {
        process.reserveAround();
        return p -> {
            p.kernel.mmap(p.task, p.mm, p.first, p.pages);
            then.accept(p);
            p.kernel.munmap(p.task, p.mm, p.first, p.pages);
        };
    }

    private static Consumer<CountedProcess> munmap(String state, CountedProcess process) {
        Consumer<CountedProcess> before = switch (state) {
            case "private written, tables kept", "shared written, tables kept", "private written, isolated: tables freed" ->
                CountedProcess::store;
            case "private read (zero page), tables kept" -> CountedProcess::load;
            case "private untouched, tables kept" -> p -> { };
            default -> null;
        };
        if (before == null) {
            return null;
        }
        if (state.contains("isolated")) {
            process.isolate();
        } else {
            process.reserveAround();
        }
        return p -> {
            p.kernel.mmap(p.task, p.mm, p.first, p.pages);
            before.accept(p);
            p.window(() -> p.kernel.munmap(p.task, p.mm, p.first, p.pages));
        };
    }

    private static Consumer<CountedProcess> mprotect(String operation) {
        return p -> {
            change(p, operation, "", Protection.READ_WRITE);
            p.store();
            change(p, operation, "mprotect RW->R", Protection.READ);
            p.load();
            change(p, operation, "mprotect R->RW", Protection.READ_WRITE);
            p.store();
            change(p, operation, "mprotect RW->NONE", Protection.NONE);
            change(p, operation, "mprotect NONE->RW", Protection.READ_WRITE);
        };
    }

    private static Consumer<CountedProcess> code(String operation) {
        return p -> {
            p.store();
            change(p, operation, "mprotect RW->RX", Protection.READ_EXEC);
            if (operation.equals("call after RW->RX")) {
                p.window(p::call);
            } else {
                p.call();
            }
            change(p, operation, "mprotect RX->RW", Protection.READ_WRITE);
        };
    }

    /** Changes the protection of the pages; in the window if this is the operation that is counted. */
    private static void change(CountedProcess p, String operation, String name, Protection protection) {
        Runnable mprotect = () -> p.kernel.mprotect(p.task, p.mm, p.first, p.pages, protection);
        if (operation.equals(name)) {
            p.window(mprotect);
        } else {
            mprotect.run();
        }
    }

    private static Consumer<CountedProcess> mremap(CountedProcess process) {
        process.reserveAround();
        process.reserveTarget();
        return p -> {
            p.kernel.mmap(p.task, p.mm, p.first, p.pages);
            p.store();
            p.window(() -> p.kernel.mremap(p.task, p.mm, p.first, p.pages, p.target()));
            p.kernel.munmap(p.task, p.mm, p.target(), p.pages);
        };
    }
}
