package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.point.PointId;
import java.nio.file.Path;

/**
 * What the old disk is after a commit.
 *
 * @param image the file
 * @param point that it is
 * @param written whether a machine may have written to it since it was that point; what it wrote is in it too
 */
public record CommitReport(Path image, PointId point, boolean written) {}
