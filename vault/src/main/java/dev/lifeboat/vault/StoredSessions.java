package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.Recipient;
import dev.lifeboat.vault.key.RecipientPrivateKey;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.WrappedKey;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys of sessions, unwrapped from the store with the vault's private key, each once. Safe for use by several threads.
 */
public final class StoredSessions implements SessionKeys {

    private static final String FOLDER = "writers/";
    private static final String OPEN = "/open";
    private static final int MAX_BYTES = 1 << 20;
    private static final int MOST_RECIPIENTS = 100;

    private final BlobStore store;
    private final TrustAnchor anchor;
    private final RecipientPrivateKey privateKey;
    private final Map<SessionId, SessionKey> keys = new HashMap<>();
    private final Map<SessionId, String> objects = new HashMap<>();

    /** Reads nothing yet. */
    public StoredSessions(BlobStore store, TrustAnchor anchor, RecipientPrivateKey privateKey) {
        this.store = store;
        this.anchor = anchor;
        this.privateKey = privateKey;
    }

    @Override
    public synchronized SessionKey of(SessionId session) {
        SessionKey known = keys.get(session);
        if (known != null) {
            return known;
        }
        String object = objects.get(session);
        if (object == null) {
            list();
            object = objects.get(session);
        }
        if (object == null) {
            throw new LifeboatException(
                    ErrorCode.VAULT_OBJECT_MISSING,
                    "%s has nothing of session %s.".formatted(store.describe(), session));
        }
        SessionKey key = read(session, object);
        keys.put(session, key);
        return key;
    }

    /** How many keys were unwrapped so far. */
    public synchronized int unwrapped() {
        return keys.size();
    }

    private void list() {
        try {
            store.list(FOLDER, stat -> {
                String name = stat.name().text();
                String[] parts = name.split("/", -1);
                if (parts.length == 4 && name.endsWith(OPEN)) {
                    SessionId.parse(parts[2]).ifPresent(session -> objects.put(session, name));
                }
            });
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private SessionKey read(SessionId session, String object) {
        Complaint complaint = Complaint.ofObject(object);
        try {
            byte[] bytes = store.get(ObjectName.of(object));
            SignedObject.Content content =
                    SignedObject.decode(bytes, object, Set.of(ObjectKind.SESSION_OPENED), anchor);
            StrictJson json = StrictJson.parse(content.json(), MAX_BYTES, complaint);
            String writer = json.name("writer");
            if (!objectName(writer, session).equals(object)
                    || !content.signedBy().writer().equals(writer)
                    || !json.vault().equals(anchor.vault())) {
                throw complaint.because("it is of another session");
            }
            List<WrappedKey> wrapped = json.objects("recipients", MOST_RECIPIENTS).stream()
                    .map(WrappedKey::read)
                    .toList();
            return privateKey.unwrap(wrapped, anchor.vault(), session, complaint);
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /** The name of the object that registers a session. */
    static String objectName(String writer, SessionId session) {
        return FOLDER + writer + "/" + session.hex() + OPEN;
    }

    /** The name of the object that says that a session has ended. */
    static String closedName(String writer, SessionId session) {
        return FOLDER + writer + "/" + session.hex() + "/closed";
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
