package dev.lifeboat.bench;

/**
 * What a published point has added to its store.
 *
 * @param objects how many objects were put
 * @param bytes their length together
 */
public record PointResult(long objects, long bytes) {}
