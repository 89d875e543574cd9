package dev.lifeboat.network;

/** What a port is of. */
public enum Protocol {
    TCP("tcp"),
    UDP("udp");

    private final String code;

    Protocol(String code) {
        this.code = code;
    }

    /** Stable, and what nftables calls it. */
    public String code() {
        return code;
    }
}
