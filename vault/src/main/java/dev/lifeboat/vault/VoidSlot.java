package dev.lifeboat.vault;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.point.PointId;

/**
 * A place that is taken and carries nothing: what lies there is damaged, or was put by somebody without the right to.
 *
 * @param id the place
 * @param wrong what is wrong with it
 */
public record VoidSlot(PointId id, LifeboatException wrong) implements Slot {}
