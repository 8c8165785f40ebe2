package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.Program;
import dev.salvo.workloads.kernel.arm64.Arm64LinuxTlb;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three threads of one process do to its memory whatever a version can do, all at once: no access is stale, and each page holds
 * what its owner knows. Each page has one owner; what loses contents, or takes rights away, only the owner does.
 */
@Timeout(900)
class VersionedPathsUnderLoadTest {
    private static final int CORES = 3;
    private static final int PAGES_EACH = 6;
    private static final int PAGES = CORES * PAGES_EACH;
    private static final int STEPS = 1500;
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    /** What one core does, a random step at a time; its last page is where it moves others to. */
    private static final class Owner implements Program {
        private final Kernel kernel;
        private final AddressSpace mm;
        private final SplittableRandom random;
        private final int id;
        private final int[] expected = new int[PAGES_EACH];
        private int spare = PAGES_EACH - 1;
        private Task task;
        private int refused;
        private volatile int steps;

        Owner(Kernel kernel, AddressSpace mm, int id, long seed) {
            this.kernel = kernel;
            this.mm = mm;
            this.id = id;
            random = new SplittableRandom(seed + id);
        }

        private long page(int own) {
            return FIRST + id + (long) own * CORES;
        }

        @Override
        public int step(Core core) {
            if (steps == STEPS) {
                return 0;
            }
            if (task == null) {
                mm.switchMm(core);
                task = kernel.newTask(core);
                kernel.munmap(task, mm, page(spare), 1);
            }
            int own = random.nextInt(PAGES_EACH);
            if (own != spare) {
                act(core, own);
            }
            core.serve();
            steps++;
            return 1;
        }

        private void act(Core core, int own) {
            long page = page(own);
            switch (random.nextInt(13)) {
                case 0 -> kernel.madvisePageout(task, mm, FIRST, PAGES);
                case 1 -> kernel.madviseCold(task, mm, FIRST, PAGES);
                case 2 -> kernel.movePages(task, mm, FIRST, PAGES);
                case 3 -> {
                    kernel.madviseDontneed(task, mm, page, 1);
                    expected[own] = 0;
                }
                case 4 -> {
                    kernel.munmap(task, mm, page, 1);
                    kernel.mmap(task, mm, page, 1);
                    expected[own] = 0;
                }
                case 5 -> {
                    kernel.mprotect(task, mm, page, 1, Protection.NONE);
                    if (random.nextBoolean()) {
                        kernel.madvisePageout(task, mm, FIRST, PAGES);
                    }
                    kernel.mprotect(task, mm, page, 1, random.nextBoolean() ? Protection.READ : Protection.READ_EXEC);
                    check(core, own);
                    kernel.mprotect(task, mm, page, 1, Protection.READ_WRITE);
                }
                case 6 -> {
                    kernel.mremap(task, mm, page, 1, page(spare));
                    expected[spare] = expected[own];
                    spare = own;
                }
                case 7 -> {
                    kernel.madviseFree(task, mm, page, 1);
                    write(core, own);
                }
                case 8, 9 -> write(core, own);
                case 10 -> peek(core);
                default -> check(core, own);
            }
        }

        /** Reads somebody else's page, if it may, so that this core's TLB holds it. */
        private void peek(Core core) {
            try {
                core.load(mm.asid(), FIRST + random.nextInt(PAGES) << 12);
            } catch (SegmentationFault notNow) {
                refused++; // its owner has taken it away, or moves others there
            }
        }

        private void write(Core core, int own) {
            expected[own] = random.nextInt(1, 100);
            core.store(mm.asid(), page(own) << 12, (byte) expected[own]);
        }

        private void check(Core core, int own) {
            byte found = core.load(mm.asid(), page(own) << 12);
            if (found != expected[own]) {
                throw new IllegalStateException("page " + own + " of core " + id + " holds " + found + " and not "
                    + expected[own] + " after " + steps + " steps");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5.10, false, false", "6.1, true, false", "6.12, false, true", "6.16, true, false", "7.3, false, false",
        "7.3, true, true"})
    void nothingIsStaleAndNothingIsLost(String version, boolean hafdbs, boolean kpti) {
        Linux linux = Linux.of(version);
        Kernel kernel = new Kernel(Arm64LinuxTlb.of(linux, new Chip(kpti, !kpti, Chip.Repeat.NONE, hafdbs)), linux);
        MachineSpec spec = MachineSpec.of(CORES).frames(id -> 4 * PAGES);
        try (SmallMachine machine = new SmallMachine(kernel, spec, 1, 1, PAGES, 8 * PAGES)) {
            Owner[] owners = new Owner[CORES];
            for (int id = 0; id < CORES; id++) {
                owners[id] = new Owner(kernel, machine.mm(), id, 17);
            }
            for (int id = 1; id < CORES; id++) {
                machine.machine.run(id, owners[id]);
            }
            while (owners[0].step(machine.core) > 0) {
                machine.core.serve();
            }
            for (int id = 1; id < CORES; id++) {
                Owner owner = owners[id];
                machine.await(() -> owner.steps == STEPS);
            }
            assertEquals(0, machine.machine.counts().staleUses());
            assertTrue(machine.machine.counts().accesses() > STEPS / 4);
            assertTrue(owners[0].refused > 0, "no page was ever away");
        }
    }
}
