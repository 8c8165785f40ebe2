/**
 * Input from outside: memory traces of real programs.
 *
 * <p>A {@link dev.salvo.workloads.trace.LackeyTrace} reads what valgrind's lackey wrote; a
 * {@link dev.salvo.workloads.trace.TraceReplay} drives it through the TLBs of one core, a
 * {@link dev.salvo.workloads.trace.SplitTlb}.
 */
package dev.salvo.workloads.trace;
