/**
 * What messages have in common, whoever writes them. Knows nothing of machines, so that everything may know it: every
 * layer but the results, which have words of their own.
 */
package dev.salvo.engine.message;
