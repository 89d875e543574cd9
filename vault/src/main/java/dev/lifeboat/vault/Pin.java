package dev.lifeboat.vault;

import dev.lifeboat.vault.point.PointId;
import java.time.Instant;

/**
 * Somebody needs a point: it is not to be dropped.
 *
 * @param point the point
 * @param holder the name of who needs it
 * @param why in words for a person
 * @param at since when
 */
public record Pin(PointId point, String holder, String why, Instant at) {}
