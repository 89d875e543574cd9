package dev.lifeboat.vault.key;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that reading one point takes, and nothing that reads another one's sessions: what its objects are checked
 * against, and the keys of the sessions whose packs it uses. It can be handed to another process. Thread-safe until it
 * is closed, which erases it.
 *
 * <pre>
 * vault [16] ‖ issuer [32] ‖ tree key [32] ‖ fingerprint key [32] ‖ u32 count ‖ count × (session [8] ‖ key [32])
 * </pre>
 */
public final class PointKeys implements AutoCloseable {

    /** A point names the sessions that its history is made of; 64 Ki of them are a session an hour for seven years. */
    public static final int MOST_SESSIONS = 1 << 16;

    private static final int ANCHOR_BYTES = VaultId.BYTES + VerifyingKey.BYTES + 2 * TreeKeys.KEY_BYTES;
    private static final int SESSION_BYTES = SessionId.BYTES + SessionKey.BYTES;

    private final TrustAnchor anchor;
    private final Map<SessionId, SessionKey> sessions;

    /** Takes all of it over. */
    private PointKeys(TrustAnchor anchor, Map<SessionId, SessionKey> sessions) {
        this.anchor = anchor;
        this.sessions = Map.copyOf(sessions);
    }

    /**
     * Copies of these keys, so that closing either leaves the other as it is.
     *
     * @throws IllegalArgumentException when there are more than {@link #MOST_SESSIONS}
     */
    public static PointKeys copyOf(TrustAnchor anchor, Map<SessionId, SessionKey> sessions) {
        if (sessions.size() > MOST_SESSIONS) {
            throw new IllegalArgumentException("%d sessions".formatted(sessions.size()));
        }
        TreeKeys treeKeys = anchor.treeKeys();
        Map<SessionId, SessionKey> copies = new LinkedHashMap<>();
        sessions.forEach((id, key) -> copies.put(id, new SessionKey(key.copy())));
        return new PointKeys(
                new TrustAnchor(
                        anchor.vault(), anchor.issuer(), new TreeKeys(treeKeys.treeKey(), treeKeys.fingerprintKey())),
                copies);
    }

    /** What the point is checked against. */
    public TrustAnchor anchor() {
        return anchor;
    }

    /** The key of a session; empty when the point has nothing of it. */
    public Optional<SessionKey> of(SessionId session) {
        return Optional.ofNullable(sessions.get(session));
    }

    /** How many sessions there are. */
    public int sessions() {
        return sessions.size();
    }

    /** The length of what {@link #encode} makes. */
    public int encodedBytes() {
        return ANCHOR_BYTES + Integer.BYTES + sessions.size() * SESSION_BYTES;
    }

    /** Puts all of it into a buffer. Whoever has the buffer erases it. */
    public void encode(ByteBuffer into) {
        byte[] treeKey = anchor.treeKeys().treeKey();
        byte[] fingerprintKey = anchor.treeKeys().fingerprintKey();
        into.put(anchor.vault().bytes())
                .put(anchor.issuer().bytes())
                .put(treeKey)
                .put(fingerprintKey)
                .putInt(sessions.size());
        Erasure.erase(treeKey, fingerprintKey);
        sessions.forEach((id, key) -> {
            byte[] secret = key.copy();
            into.put(id.bytes()).put(secret);
            Erasure.erase(secret);
        });
    }

    /**
     * Takes from a buffer what {@link #encode} put there. Whoever has the buffer erases it.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static PointKeys decode(ByteBuffer from) {
        if (from.remaining() < ANCHOR_BYTES + Integer.BYTES) {
            throw new IllegalArgumentException("its keys are cut off");
        }
        VaultId vault = VaultId.of(bytes(from, VaultId.BYTES));
        VerifyingKey issuer = VerifyingKey.of(bytes(from, VerifyingKey.BYTES));
        TreeKeys treeKeys = new TreeKeys(bytes(from, TreeKeys.KEY_BYTES), bytes(from, TreeKeys.KEY_BYTES));
        int count = from.getInt();
        if (count < 0 || count > MOST_SESSIONS || from.remaining() != count * SESSION_BYTES) {
            throw new IllegalArgumentException("its keys are not as many as it says");
        }
        Map<SessionId, SessionKey> sessions = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            SessionId id = SessionId.of(bytes(from, SessionId.BYTES));
            if (sessions.put(id, new SessionKey(bytes(from, SessionKey.BYTES))) != null) {
                throw new IllegalArgumentException("it has two keys for session " + id);
            }
        }
        return new PointKeys(new TrustAnchor(vault, issuer, treeKeys), sessions);
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        anchor.treeKeys().close();
        sessions.values().forEach(SessionKey::close);
    }

    @Override
    public String toString() {
        return "PointKeys[%d sessions of vault %s]".formatted(sessions.size(), anchor.vault());
    }
}
