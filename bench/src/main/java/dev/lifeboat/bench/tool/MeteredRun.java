package dev.lifeboat.bench.tool;

/**
 * A program that has run under the meter.
 *
 * @param cost what it took
 * @param output what it wrote to standard output
 */
record MeteredRun(ProcessCost cost, String output) {}
