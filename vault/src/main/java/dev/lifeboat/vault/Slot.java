package dev.lifeboat.vault;

import dev.lifeboat.vault.point.PointId;

/** What is found at a place in the history of a group. */
public sealed interface Slot permits Point, Seal, VoidSlot {

    /** The place. */
    PointId id();
}
