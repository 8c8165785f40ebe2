/**
 * The experiment: a {@link dev.salvo.point.Point} with its pacing, made into a machine and what runs on it, and what is
 * found when it has run.
 *
 * <p>What a workload is, its processes, senders and frames, and how long it is looked at, is one class for each (WorkloadModel);
 * the work itself is its loop. Cores that do not send may run a user program, who suffers it.
 */
package dev.salvo.workloads.program;
