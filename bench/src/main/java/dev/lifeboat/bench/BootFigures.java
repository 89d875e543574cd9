package dev.lifeboat.bench;

/**
 * What it took a machine to come up.
 *
 * @param httpS from the order to start it until it first answered HTTP with the status 200, in seconds
 * @param runningS from the order until its processors ran, in seconds
 * @param fetchedBytes what the export had read of the store by then; 0 without an export
 * @param readBytes what the machine had read of the export by then; likewise
 * @param cpuS processor time of the export, in seconds; likewise
 * @param rssMib the most memory that the export had, in MiB; likewise
 */
public record BootFigures(
        double httpS, double runningS, long fetchedBytes, long readBytes, double cpuS, double rssMib) {}
