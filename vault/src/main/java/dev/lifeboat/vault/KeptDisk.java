package dev.lifeboat.vault;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.point.DiskRecord;
import java.util.Set;

/**
 * A disk as a part of it was taken, durable in the vault, though no point names it. On top of it the rest is taken, by
 * the same writer, in this session or a later one.
 *
 * @param disk as a point would have it
 * @param sessions of the writer in whose packs the tree has slots, beside those of the newest point
 */
public record KeptDisk(DiskRecord disk, Set<SessionId> sessions) {

    public KeptDisk {
        sessions = Set.copyOf(sessions);
    }

    /** A disk as a point has it. */
    public static KeptDisk of(DiskRecord disk) {
        return new KeptDisk(disk, Set.of());
    }
}
