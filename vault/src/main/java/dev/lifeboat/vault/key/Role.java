package dev.lifeboat.vault.key;

import java.util.Optional;

/** What a certificate lets its holder do. */
public enum Role {
    /** Adds points of its groups. */
    WRITER("writer"),
    /** Seals, moves groups, pins and configures; adds no points. Its key is the issuer's. */
    OPERATOR("operator");

    private final String code;

    Role(String code) {
        this.code = code;
    }

    /** The word in a certificate. */
    public String code() {
        return code;
    }

    static Optional<Role> of(String code) {
        for (Role role : values()) {
            if (role.code.equals(code)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
