/**
 * Measures: the benchmark, what it hands to JMH besides the time, the sweep over points, the profiler.
 *
 * <p>Every figure comes from a JVM that JMH forked for it.
 */
package dev.salvo.jmh;
