package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.Point;

/**
 * What became of the old disks' content.
 *
 * @param point that has it; pinned
 * @param made whether it was made now; not, when an earlier one has exactly this
 * @param read how much of the disks was read, in bytes
 * @param newBlocks how many blocks the vault did not have
 * @param stored what was stored for it, in bytes
 */
public record SalvageReport(Point point, boolean made, long read, long newBlocks, long stored) {}
