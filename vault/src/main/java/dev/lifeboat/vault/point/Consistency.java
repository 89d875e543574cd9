package dev.lifeboat.vault.point;

/** In what state the disks of a point are. The codes are part of the format. */
public enum Consistency {
    /** As after a power cut: file systems and databases repair themselves at the start. */
    CRASH("crash"),
    /** Applications had written everything down. */
    APPLICATION("application");

    private final String code;

    Consistency(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /**
     * The consistency with this code.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Consistency of(String code) {
        for (Consistency one : values()) {
            if (one.code.equals(code)) {
                return one;
            }
        }
        throw new IllegalArgumentException("consistency " + code);
    }
}
