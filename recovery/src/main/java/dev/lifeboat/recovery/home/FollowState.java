package dev.lifeboat.recovery.home;

import java.util.Arrays;

/**
 * Where a disk stands on its way home. What leads to what:
 *
 * <pre>
 * (none) → moving → at → moving …            it follows
 *                   at → handed              a machine may write to the overlay
 *                   at, handed → committing → committed
 *                   at, handed → pivoting → committed
 *                                committed → moving …   it follows again, from the disk that came of it
 * </pre>
 */
public enum FollowState {
    /** The overlay is being brought to a point; some blocks are those of that point, and others not yet. */
    MOVING("moving"),
    /** The overlay is a point, and nobody else writes to it. */
    AT("at"),
    /** The overlay was a point and was handed to a machine: what it has more is nowhere else. */
    HANDED("handed"),
    /** The overlay is being written into the old disk of a machine that is off. Until it is, both are needed. */
    COMMITTING("committing"),
    /** The hypervisor takes the overlay into the old disk while the machine runs; it alone knows which one is used. */
    PIVOTING("pivoting"),
    /** The old disk has everything; the overlay is not needed any more. */
    COMMITTED("committed");

    private final String code;

    FollowState(String code) {
        this.code = code;
    }

    /** Its stable name. */
    public String code() {
        return code;
    }

    static FollowState ofCode(String code) {
        return Arrays.stream(values())
                .filter(one -> one.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(code));
    }
}
