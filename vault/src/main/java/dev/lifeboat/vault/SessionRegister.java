package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is registered of sessions: the objects {@code writers/WRITER/SESSION/open}. They are listed when a session is
 * asked for that is not known yet. Safe for use by several threads.
 */
public final class SessionRegister {

    private static final String FOLDER = "writers/";
    private static final String OPEN = "/open";
    private static final int MAX_BYTES = 1 << 20;

    private final BlobStore store;
    private final TrustAnchor anchor;
    /** A session is of one writer; but another can put something under the name of the session too. */
    private final Map<SessionId, NavigableSet<String>> objects = new HashMap<>();

    /** Reads nothing yet. */
    public SessionRegister(BlobStore store, TrustAnchor anchor) {
        this.store = store;
        this.anchor = anchor;
    }

    /** The name of the object that registers a session; empty when there is none. */
    public synchronized Optional<String> objectName(SessionId session) {
        if (!objects.containsKey(session)) {
            list();
        }
        return Optional.ofNullable(objects.get(session)).map(NavigableSet::first);
    }

    /**
     * What the object says, read from the store each time, and believed only after every check.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_OBJECT_MISSING} or {@link ErrorCode#VAULT_OBJECT_DAMAGED}
     */
    public StrictJson read(SessionId session) {
        LifeboatException wrong = new LifeboatException(
                ErrorCode.VAULT_OBJECT_MISSING, "%s has nothing of session %s.".formatted(store.describe(), session));
        for (String object : candidates(session)) {
            try {
                return read(session, object);
            } catch (LifeboatException e) {
                wrong = e;
            }
        }
        throw wrong;
    }

    private synchronized List<String> candidates(SessionId session) {
        return objectName(session).isEmpty() ? List.of() : List.copyOf(objects.getOrDefault(session, new TreeSet<>()));
    }

    private StrictJson read(SessionId session, String object) {
        Complaint complaint = Complaint.ofObject(object);
        try {
            byte[] bytes = store.get(ObjectName.of(object));
            SignedObject.Content content =
                    SignedObject.decode(bytes, object, Set.of(ObjectKind.SESSION_OPENED), anchor);
            StrictJson json = StrictJson.parse(content.json(), MAX_BYTES, complaint);
            String writer = json.name("writer");
            if (!openedName(writer, session).equals(object)
                    || !content.signedBy().writer().equals(writer)
                    || !json.vault().equals(anchor.vault())) {
                throw complaint.because("it is of another session");
            }
            return json;
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private void list() {
        try {
            store.list(FOLDER, stat -> {
                String name = stat.name().text();
                String[] parts = name.split("/", -1);
                if (parts.length == 4 && name.endsWith(OPEN)) {
                    SessionId.parse(parts[2])
                            .ifPresent(session -> objects.computeIfAbsent(session, one -> new TreeSet<>())
                                    .add(name));
                }
            });
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /** What the names of all objects about a writer's sessions begin with. */
    static String folder(String writer) {
        return FOLDER + writer + "/";
    }

    /** Whether an object of this name registers a session. */
    static boolean isOpened(String objectName) {
        return objectName.endsWith(OPEN);
    }

    /** The name of the object that registers a session. */
    static String openedName(String writer, SessionId session) {
        return FOLDER + writer + "/" + session.hex() + OPEN;
    }

    /** The name of the object that says that a session has ended. */
    static String closedName(String writer, SessionId session) {
        return FOLDER + writer + "/" + session.hex() + "/closed";
    }
}
