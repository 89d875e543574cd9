package dev.lifeboat.vault.key;

import java.util.Optional;

/** What a signed object is. The kind decides whether its body is sealed. */
public enum ObjectKind {
    /** One recovery point of a group. */
    POINT('M', true),
    /** The end of an epoch. */
    SEAL('S', false),
    /** A session and its wrapped key. */
    SESSION_OPENED('W', false),
    /** The end of a session. */
    SESSION_CLOSED('X', false),
    /** Who owns a group in an epoch. */
    OWNER('O', false),
    /** Somebody needs a point. */
    PIN('I', false),
    /** Inventory, policies and plans. */
    CONFIGURATION('C', true);

    private final char code;
    private final boolean sealed;

    ObjectKind(char code, boolean sealed) {
        this.code = code;
        this.sealed = sealed;
    }

    /** The byte in the header, an ASCII letter. */
    public byte code() {
        return (byte) code;
    }

    /** Whether the body is sealed with the tree key. */
    public boolean sealed() {
        return sealed;
    }

    static Optional<ObjectKind> of(byte code) {
        for (ObjectKind kind : values()) {
            if (kind.code() == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
