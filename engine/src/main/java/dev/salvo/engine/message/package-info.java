/**
 * What messages have in common, whoever writes them. Knows nothing of machines, so that everything may know it.
 */
package dev.salvo.engine.message;
