package dev.lifeboat.vault.point;

/**
 * What making a point took.
 *
 * @param readBytes how much was read of the disks
 * @param newBlocks how many blocks were not in the vault before
 * @param storedBytes how much its packs take in the store
 * @param packs how many packs it added
 */
public record PointStatistics(long readBytes, long newBlocks, long storedBytes, int packs) {}
