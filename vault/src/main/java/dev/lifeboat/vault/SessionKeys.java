package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;

/** The keys of sessions, without which blocks do not open. Safe for use by several threads. */
@FunctionalInterface
public interface SessionKeys {

    /**
     * The key of a session.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_KEY_REQUIRED} when who asks has no right to it, or what is
     *     wrong with the session's object
     */
    SessionKey of(SessionId session);

    /** For who has no key: whatever needs one fails. */
    static SessionKeys none() {
        return session -> {
            throw new LifeboatException(
                    ErrorCode.VAULT_KEY_REQUIRED, "The key of session %s is not at hand.".formatted(session));
        };
    }
}
