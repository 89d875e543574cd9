package dev.lifeboat.network;

/** What leads out of a network, and into it. The networks of one realm always reach each other. */
public enum ForwardMode {
    /** Nothing: its machines reach their realm and no further. */
    ISOLATED("isolated"),
    /** Its machines go out under an address of the host; from outside they are reached by published ports only. */
    NAT("nat"),
    /** Its machines go out under their own addresses and are reached by them, as far as allow rules say. */
    ROUTED("routed");

    private final String code;

    ForwardMode(String code) {
        this.code = code;
    }

    /** Stable; what the kernel keeps with a network. */
    public String code() {
        return code;
    }

    public boolean leadsOut() {
        return this != ISOLATED;
    }
}
