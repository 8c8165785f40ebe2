package dev.salvo.engine.host;

/**
 * One CPU of the host: a hardware thread, and where it sits.
 *
 * <p>Sockets, dies, clusters and physical cores are numbered over the whole machine from 0, each in the order of its
 * lowest online CPU, because the kernel's own identifiers repeat between sockets and, on arm64, are firmware offsets.
 * What a host does not tell is filled in from outside: with no clusters known a die is one cluster, with no dies known
 * a socket is one die, with no topology at all the machine is one socket and each CPU a physical core.
 *
 * @param id      the kernel's number of the CPU, from 0
 * @param socket  the physical package
 * @param die     the die; never shared between sockets
 * @param cluster the group of cores that the kernel calls a cluster (arm64: shared L3 tag; hybrid x86: shared L2)
 * @param core    the physical core
 * @param smt     rank among the online SMT siblings of the physical core, 0 for the one with the lowest number
 * @param node    the kernel's number of the NUMA node, 0 where no nodes are told
 */
public record Cpu(int id, int socket, int die, int cluster, int core, int smt, int node) {
}
