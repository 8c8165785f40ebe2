/** What runs on the machine's cores: the program that the published figures are from, and the users who suffer it. */
package dev.salvo.workloads.program;
