package dev.salvo.workloads.counts;

/**
 * The words of one counted row: on which kernel and chip what was done to how many pages.
 *
 * @param arch      architecture, {@code arm64} or {@code x86-64}
 * @param kernel    version, as Debian's package is called or in full
 * @param cpu       the emulator's word for the core
 * @param options   the kernel's command line
 * @param operation the system call, or the pass over pages
 * @param pages     how many
 * @param state     what the pages are, and what was done to them before
 * @param threads   what other threads the process has
 */
public record CountedWords(String arch, String kernel, String cpu, String options, String operation, int pages, String state,
                           String threads) {
}
