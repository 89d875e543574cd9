package dev.lifeboat.bench;

/**
 * One round of a server, or the medians of all; the figures as in {@link ServedWay}.
 *
 * @param server which
 * @param round from 1; 0 for the medians
 */
public record ServedMeasurement(
        String server, int round, double sequentialMibPerS, double randomMedianMs, double randomP99Ms, double rssMib) {}
