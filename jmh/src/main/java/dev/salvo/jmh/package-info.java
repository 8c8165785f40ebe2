/**
 * Measures: the benchmark, what it hands to JMH besides the time, the sweep over points, the profiler.
 *
 * <p>Every figure comes from a JVM that was started for it: by JMH, or for {@link dev.salvo.jmh.RoundRunner} by a
 * {@link dev.salvo.jmh.SeriesRunner}, which does in {@link dev.salvo.jmh.SeriesJvm} what an iteration of JMH does and leaves JMH's
 * own results.
 *
 * <p><b>Who may call whom.</b> JMH calls the benchmarks, in its forks; commands call
 * {@link dev.salvo.jmh.PointRunner} and the like, which start them. A benchmark hands what it has counted to
 * {@link dev.salvo.jmh.MachineProfiler}, and so into JMH's JSON, which is all that the results ever see. Names of
 * benchmarks, parameters and metrics are in files of years: they stay.
 */
package dev.salvo.jmh;
