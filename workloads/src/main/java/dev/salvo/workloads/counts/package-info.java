/**
 * What a version of Linux executes for one operation, counted on a machine: the same operations, words and repeats as on booted
 * kernels, so that the counts can be held against theirs. Nothing is timed here.
 */
package dev.salvo.workloads.counts;
