package dev.lifeboat.bench.tool;

/**
 * What a piece of work has cost.
 *
 * @param wallS from its beginning to its end, in seconds
 * @param cpuS the processor time of its process, user and system, in seconds
 * @param rssMib the most memory its process had resident, in MiB
 */
public record ProcessCost(double wallS, double cpuS, double rssMib) {}
