/** The commands, and how they refuse what they cannot use. */
package dev.salvo.jmh.cli;
