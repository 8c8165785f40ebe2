/**
 * Input from outside: memory traces of real programs.
 *
 * <p>A {@link dev.salvo.workloads.trace.LackeyTrace} reads what valgrind's lackey wrote; a
 * {@link dev.salvo.workloads.trace.TraceReplay} drives it through the TLBs of one core, a
 * {@link dev.salvo.workloads.trace.SplitTlb}.
 *
 * <p><b>Who may call whom.</b> The command line opens a file and calls these; of the engine they use TLBs alone, no
 * machine and no core. Input is foreign: what is no trace is refused in a line that says what it is.
 */
package dev.salvo.workloads.trace;
