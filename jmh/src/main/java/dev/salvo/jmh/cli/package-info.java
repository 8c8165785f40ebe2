/**
 * The commands, and how they refuse what they cannot use.
 *
 * <p>{@link dev.salvo.jmh.cli.Salvo} is the whole command line; each command is a class of picocli's, and says in its help
 * all that it accepts. An option that cannot be used is one line on standard error, the thing, what is wrong with it, what
 * is accepted, and exit code 2; a check that failed, or a thing that could not be made, is 1; what could not be told is
 * 3.
 *
 * <p><b>Who may call whom.</b> The JVM calls this; nothing else does. It may use all layers, and is where they meet: what
 * the host is, what to measure, where to keep it, how to show it. Commands parse and say; what they do is below.
 */
package dev.salvo.jmh.cli;
