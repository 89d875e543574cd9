package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.point.PointId;
import java.util.List;

/**
 * How far a group has come home.
 *
 * @param stage how far
 * @param point to which it was brought
 * @param salvaged the points that have what was on old disks alone, as far as they were made or found by this
 * @param disks what was done to each disk
 */
public record HomeReport(HomeStage stage, PointId point, List<PointId> salvaged, List<Brought> disks) {

    public HomeReport {
        salvaged = List.copyOf(salvaged);
        disks = List.copyOf(disks);
    }

    /** A disk and how it was brought to the point. */
    public record Brought(HomeDisk disk, FollowReport report) {}
}
