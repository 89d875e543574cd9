package dev.lifeboat.vault;

import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.Recipient;
import dev.lifeboat.vault.key.RecipientPrivateKey;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.WrappedKey;
import dev.lifeboat.vault.store.BlobStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys of sessions, unwrapped from the store with the vault's private key, each once. Safe for use by several threads.
 */
public final class StoredSessions implements SessionKeys {

    private static final int MOST_RECIPIENTS = 100;

    private final SessionRegister register;
    private final TrustAnchor anchor;
    private final RecipientPrivateKey privateKey;
    private final Map<SessionId, SessionKey> keys = new HashMap<>();

    /** Reads nothing yet. */
    public StoredSessions(BlobStore store, TrustAnchor anchor, RecipientPrivateKey privateKey) {
        this.register = new SessionRegister(store, anchor);
        this.anchor = anchor;
        this.privateKey = privateKey;
    }

    @Override
    public synchronized SessionKey of(SessionId session) {
        SessionKey known = keys.get(session);
        if (known != null) {
            return known;
        }
        SessionKey key = unwrap(session);
        keys.put(session, key);
        return key;
    }

    /** How many keys were unwrapped so far. */
    public synchronized int unwrapped() {
        return keys.size();
    }

    private SessionKey unwrap(SessionId session) {
        StrictJson registration = register.read(session);
        List<WrappedKey> wrapped = registration.objects("recipients", MOST_RECIPIENTS).stream()
                .map(WrappedKey::read)
                .toList();
        Complaint complaint = Complaint.ofObject(register.objectName(session).orElseThrow());
        return privateKey.unwrap(wrapped, anchor.vault(), session, complaint);
    }

    /** What the object that registers a session says. */
    static ObjectNode registration(
            TrustAnchor anchor,
            String writer,
            SessionId session,
            SessionKey key,
            Recipient recipient,
            long nowEpochMillis,
            RandomGenerator random) {
        ObjectNode json = StrictJson.object()
                .put("vault", anchor.vault().hex())
                .put("writer", writer)
                .put("session", session.hex())
                .put("opened", nowEpochMillis)
                .put("generation", 0);
        json.putArray("recipients")
                .add(recipient.wrap(key, anchor.vault(), session, random).write());
        return json;
    }
}
