package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.point.PointId;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is to be done about a group that comes home.
 *
 * @param deed what
 * @param point to which its disks are brought
 * @param known the point that the old disks are, if somebody knows; it is doubted first
 * @param salvage whether what is on the old disks and in no point has to be published first
 */
public record HomeOrder(Deed deed, PointId point, Optional<PointId> known, boolean salvage) {

    /** What can be done. */
    public enum Deed {
        /** Overlays over the old disks are brought to the point. As often as one likes. */
        FOLLOW("follow"),
        /** The last point: the machines are started from it and are at home for good. */
        BRING_HOME("bring-home");

        private final String code;

        Deed(String code) {
            this.code = code;
        }

        /** Its stable name. */
        public String code() {
            return code;
        }

        /** The one of this name. */
        public static Deed ofCode(String code) {
            return Arrays.stream(values())
                    .filter(one -> one.code.equals(code))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(code));
        }
    }

    /** The group. */
    public String group() {
        return point.group();
    }
}
