/**
 * The experiment: a {@link dev.salvo.point.Point} with its pacing, made into a machine and what runs on it, and what is
 * found when it has run.
 *
 * <p>What a workload is, its processes, senders and frames, and how long it is looked at, is one class for each
 * (WorkloadModel); the work itself is its loop. Cores that do not send may run a user program, who suffers it.
 *
 * <p><b>Who may call whom.</b> A benchmark calls the experiment, on the thread that becomes core 0; the experiment builds
 * kernel and machine and hands every other core its program. Nothing here knows JMH, or what becomes of a figure.
 */
package dev.salvo.workloads.program;
