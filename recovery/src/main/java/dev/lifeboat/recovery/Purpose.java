package dev.lifeboat.recovery;

import java.util.Locale;

/** Why machines are started. */
public enum Purpose {
    /** To see whether they would: copies beside the originals, with new identities where they must not meet. */
    TEST,
    /** Their site is lost. */
    UNPLANNED,
    /** Their site was shut down in order, and the point has its last state. */
    PLANNED;

    /**
     * Whether a guest has to notice that it was taken back to an earlier state. After a planned failover it was not:
     * nothing was written after the point.
     */
    boolean renewsGeneration() {
        return this != PLANNED;
    }

    /** As in files: lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Purpose ofCode(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
