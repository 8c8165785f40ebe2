/**
 * The vocabulary of points: which axes the experiment has, what their values are called on the command line, in JMH's
 * parameters, in files and in captions, and what a workload's figures are of.
 *
 * <p>Each {@link dev.salvo.point.Axis} is described once, here; options, sweeps, names of files, rows, captions and
 * comparisons are made from that. A {@link dev.salvo.point.Point} is one value on each. What a value does is no matter of
 * this package: it knows words only, and nothing but the JDK.
 *
 * <p>Who measures ({@code workloads}, {@code jmh}) and who reads ({@code results}) both know this package; it knows neither.
 */
package dev.salvo.point;
