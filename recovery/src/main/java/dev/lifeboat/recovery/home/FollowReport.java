package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.point.PointId;

/**
 * How a disk was brought to a point.
 *
 * @param point that the overlay is now
 * @param way in which it was found out what had to be written
 * @param reason why it was not found out in a cheaper way, as half a sentence; empty for {@link Way#DIFFERENCE}
 * @param size of the disk, in bytes
 * @param looked how many blocks were looked at; the others are known to be right
 * @param read how many of them were read from the local disk
 * @param fetched how many were fetched from the vault and written
 * @param zeroed how many were made zero
 * @param moved what was read from the vault's store for all of this, in bytes as it is stored: blocks, trees and points
 */
public record FollowReport(
        PointId point,
        Way way,
        String reason,
        long size,
        long looked,
        long read,
        long fetched,
        long zeroed,
        long moved) {

    /** How it is found out what has to be written. */
    public enum Way {
        /** By comparing the trees of two points, of which the disk was one. */
        DIFFERENCE("difference"),
        /** By comparing the whole local disk with the point, by fingerprints. */
        FINGERPRINTS("fingerprints"),
        /** There is no local disk: a full restore. */
        FULL("full");

        private final String code;

        Way(String code) {
            this.code = code;
        }

        /** Its stable name. */
        public String code() {
            return code;
        }
    }
}
