package dev.lifeboat.vault;

import dev.lifeboat.vault.point.PointId;
import java.time.Instant;

/**
 * The end of an epoch: nothing that comes after it in the epoch exists.
 *
 * @param id its place
 * @param reason why the epoch ended
 * @param by who sealed
 * @param at when
 */
public record Seal(PointId id, Reason reason, String by, Instant at) implements Slot {

    /**
     * The longest object of a seal. A point with a disk is longer, so that whoever looks for the seal of an epoch reads
     * none of its points.
     */
    static final int MAX_BYTES = 1024;

    /** Why an epoch ended. The codes are part of the format. */
    public enum Reason {
        /** The group moves to another owner. */
        FAILOVER("failover"),
        /** The collector had to go on without an answer; the same owner goes on in a new epoch. */
        COLLECTOR("collector");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }

        /**
         * The reason with this code.
         *
         * @throws IllegalArgumentException when there is none
         */
        public static Reason of(String code) {
            for (Reason one : values()) {
                if (one.code.equals(code)) {
                    return one;
                }
            }
            throw new IllegalArgumentException("reason " + code);
        }
    }
}
