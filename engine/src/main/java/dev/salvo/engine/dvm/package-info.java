/**
 * Distributed virtual memory: the messages that make every core forget a translation, and how they reach it.
 */
package dev.salvo.engine.dvm;
