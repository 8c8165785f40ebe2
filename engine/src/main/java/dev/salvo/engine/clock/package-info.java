/**
 * Whose nanoseconds a machine runs on: the host's own, or those of a machine that the host carries.
 */
package dev.salvo.engine.clock;
