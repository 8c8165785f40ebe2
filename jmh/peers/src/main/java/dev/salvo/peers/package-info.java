/**
 * What a Java engineer would reach for instead of this project's ring and barrier, each at its best, and all of them
 * measured beside ours in one JVM. No part of the product: it is built into a jar of its own, which only
 * {@code salvo peers} puts on a classpath.
 *
 * <p>A {@link dev.salvo.peers.Broadcast} is a contender: it hands every core of a {@link dev.salvo.peers.Crew} the same
 * operations and knows when each has taken them. A {@link dev.salvo.peers.Seat} is a core: a pinned thread with a TLB.
 * A {@link dev.salvo.peers.Turn} is what is timed and checked. Every peer spells its loops out in its own class:
 * loops shared by all would be compiled for none of them. Ours share one compiled {@code Core}, as they would in any
 * program that has both; the variants of a bare ring share {@link dev.salvo.peers.AblatedRing}.
 *
 * <p><b>Who may call whom.</b> {@code salvo peers} starts this in a JVM of its own and reads what it prints; it uses the
 * engine, the plan of {@code dev.salvo.jmh} and the results' rows, and nothing of the product knows it.
 */
package dev.salvo.peers;
