/**
 * What watches a core, and how long it took: {@link dev.salvo.engine.probe.Probe} is told of what the core does. A machine is
 * built with {@link dev.salvo.engine.probe.NoProbe none}, with one that {@link dev.salvo.engine.probe.TimedProbe takes times}
 * or {@link dev.salvo.engine.probe.RecordingProbe records events}, or with {@link dev.salvo.engine.probe.Probes several}.
 *
 * <p>The engine's cores call it; it knows the interconnect that it asks what lies at a port, and nothing else of the machine.
 */
package dev.salvo.engine.probe;
