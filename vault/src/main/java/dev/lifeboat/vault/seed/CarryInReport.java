package dev.lifeboat.vault.seed;

import java.util.List;

/**
 * What became of the objects of a folder.
 *
 * @param sessions that were in it
 * @param packs that were in it
 * @param bytes of the packs
 * @param carriedPacks that the vault did not have before
 * @param carriedBytes of these
 * @param refused what was not taken, at most {@link CarryIn#MOST_TOLD}, in order
 * @param refusedCount how much was not taken
 */
public record CarryInReport(
        long sessions,
        long packs,
        long bytes,
        long carriedPacks,
        long carriedBytes,
        List<Refused> refused,
        long refusedCount) {

    public CarryInReport {
        refused = List.copyOf(refused);
    }

    /** An object that was not taken, and why. */
    public record Refused(String object, String problem) {}
}
