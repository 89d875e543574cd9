package dev.lifeboat.vault.point;

import java.time.Instant;

/**
 * What the retention rules look at in a point.
 *
 * @param id its name
 * @param taken the moment of its content
 * @param consistency in what state its disks are
 * @param proven whether a machine was seen to work from it
 * @param pinned whether somebody needs it
 */
public record RetentionCandidate(PointId id, Instant taken, Consistency consistency, boolean proven, boolean pinned) {}
