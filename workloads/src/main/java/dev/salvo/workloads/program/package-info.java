/**
 * What runs on the machine's cores: the program that the published figures are from, and the users who suffer it.
 *
 * <p>A {@link dev.salvo.workloads.program.PageOutSpec} says what one point of the experiment is, and
 * {@link dev.salvo.workloads.program.PageOutExperiment} runs it on one machine. What senders do is a
 * {@link dev.salvo.point.Workload}, each a {@code Sender} of its own; what the
 * others do is a {@link dev.salvo.point.Load}.
 *
 * <p><b>Who may call whom.</b> A benchmark calls the experiment, on the thread that becomes core 0; the experiment builds
 * kernel and machine and hands every other core its program. Nothing here knows JMH, or what becomes of a figure.
 */
package dev.salvo.workloads.program;
