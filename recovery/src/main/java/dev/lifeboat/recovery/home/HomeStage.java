package dev.lifeboat.recovery.home;

import java.util.Arrays;

/**
 * How far a group is on its way home. What leads to what:
 *
 * <pre>
 * (none), home → following → following … → finishing → home
 * </pre>
 */
public enum HomeStage {
    /** Overlays follow the other site's points; machines are off, and their definitions and old disks untouched. */
    FOLLOWING("following"),
    /** All overlays are the last point. Machines are given them, started, and taken back to their old disks. */
    FINISHING("finishing"),
    /** The machines run on their own disks, which have everything. */
    HOME("home");

    private final String code;

    HomeStage(String code) {
        this.code = code;
    }

    /** Its stable name. */
    public String code() {
        return code;
    }

    static HomeStage ofCode(String code) {
        return Arrays.stream(values())
                .filter(one -> one.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(code));
    }
}
