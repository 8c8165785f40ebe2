/**
 * Whose nanoseconds a machine runs on: the host's own, or those of a machine that the host carries.
 *
 * <p>A {@link dev.salvo.engine.clock.Clock} is native or paced. A paced one has a
 * {@link dev.salvo.engine.clock.HardwareProfile}, read from a file by {@link dev.salvo.engine.clock.HardwareProfiles},
 * and a dilation; {@link dev.salvo.engine.clock.Pace} turns its costs into host nanoseconds to wait, and
 * {@link dev.salvo.engine.clock.MemorySystem} queues those who want the same lines.
 *
 * <p><b>Who may call whom.</b> Cores and the Misc Node ask the pace; nothing here knows a core. A native machine has no
 * pace. The software names its own steps when it loads a profile, so that this package knows no kernel. Only here are
 * files of profiles read. How it is meant: engine/docs/paced-clock.md; what is in a file: engine/profiles.md.
 */
package dev.salvo.engine.clock;
