package dev.lifeboat.network;

/** What a realm is for. */
public enum RealmKind {
    /** Machines that serve: its subnets are this host's, and nobody else's. */
    RECOVERY("recovery"),
    /** A test: any subnets, as often as one likes, and no way out. */
    BUBBLE("bubble");

    private final String code;

    RealmKind(String code) {
        this.code = code;
    }

    /** Stable; what the kernel keeps with a realm. */
    public String code() {
        return code;
    }
}
