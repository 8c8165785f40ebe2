/**
 * Torture: random programs on random machines, and what must hold all the while.
 *
 * <p>A {@link dev.salvo.workloads.torture.Torture} builds one machine after another, each from a
 * {@link dev.salvo.workloads.torture.Configuration} that a seed chose. On every core runs a {@code TortureProgram}: it
 * loads and stores, pages out, protects, unmaps, moves, forks and exits, in processes that others use at the same time.
 * What must hold is known to a model of its own, which asks nothing of the machine:
 *
 * <ul>
 * <li>no access through a stale translation (counted by the cores, by the frames' generations);
 * <li>no store through an entry that {@code mprotect} took the right from, no access through one that {@code munmap}
 *     took away, once those have returned ({@code Region}: rights);
 * <li>a core's own byte of every page is what it last stored there, or what its process had when it was forked
 *     ({@code Region}: contents);
 * <li>a flush returns only after every core that never goes offline has acknowledged what its own core last issued
 *     ({@code WatchedFlush});
 * <li>such a core has served as many operations as were issued; its cursor, looked at now and then, only grows, and no
 *     operation was issued over one that it had not read ({@code Rig}).
 * </ul>
 *
 * <p>Not looked for is that one core reads an old value after another has stored a new one: of a page that was paged
 * out clean, or copied on write, a TLB may lead to the old frame for a moment, and of the first a kernel allows it.
 *
 * <p>A {@link dev.salvo.workloads.torture.PlantedFault} is something wrong, on purpose, with hardware or kernel. Each
 * of them must make one of these fail, or a core wait for ever: otherwise the torture would prove nothing.
 *
 * <p><b>Who may call whom.</b> The command line calls {@link dev.salvo.workloads.torture.Torture}; that uses machine and
 * kernel as any program does, and nothing in either knows it. workloads/docs/torture.md says what it has found.
 */
package dev.salvo.workloads.torture;
