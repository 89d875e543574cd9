package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.point.SessionRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

    /** For who was handed the keys of one point. */
    static SessionKeys of(PointKeys keys) {
        return session -> keys.of(session).orElseGet(() -> none().of(session));
    }

    /**
     * What somebody else needs to read a point, for who can open it here: the keys of exactly the sessions that the
     * point names.
     *
     * @param vault in which the point is
     * @throws LifeboatException what {@link #of} throws, or when the point names too many sessions
     */
    default PointKeys forPoint(Vault vault, Point point) {
        Set<SessionId> named =
                point.manifest().sessions().stream().map(SessionRef::session).collect(Collectors.toSet());
        if (named.size() > PointKeys.MOST_SESSIONS) {
            throw new LifeboatException(
                    ErrorCode.VAULT_OBJECT_DAMAGED,
                    "%s names %d sessions.".formatted(point.id().objectName(), named.size()));
        }
        Map<SessionId, SessionKey> keys = new HashMap<>();
        named.forEach(session -> keys.put(session, of(session)));
        return PointKeys.copyOf(vault.anchor(), keys);
    }
}
