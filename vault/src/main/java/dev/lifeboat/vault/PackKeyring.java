package dev.lifeboat.vault;

import dev.lifeboat.vault.key.TreeKeys;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.pack.SlotKind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys of packs, derived from the keys of their sessions and from the tree key; the ones used last are kept. Safe for
 * use by several threads.
 */
final class PackKeyring implements PackKeys {

    private static final int KEPT_KEYS = 4096;
    private static final int KEY_LENGTH = 32;
    private static final byte[] BLOCKS = "lifeboat/0 blocks".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NODES = "lifeboat/0 nodes".getBytes(StandardCharsets.US_ASCII);

    private record Use(PackId pack, SlotKind kind) {}

    private final TreeKeys treeKeys;
    private final SessionKeys sessions;
    private final Map<Use, SecretKey> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Use, SecretKey> eldest) {
            return size() > KEPT_KEYS;
        }
    };

    PackKeyring(TreeKeys treeKeys, SessionKeys sessions) {
        this.treeKeys = treeKeys;
        this.sessions = sessions;
    }

    @Override
    public SecretKey of(PackId pack, SlotKind kind) {
        Use use = new Use(pack, kind);
        synchronized (kept) {
            SecretKey key = kept.get(use);
            if (key != null) {
                return key;
            }
        }
        SecretKey derived = new SecretKeySpec(derive(pack, kind), "AES");
        synchronized (kept) {
            kept.put(use, derived);
        }
        return derived;
    }

    private byte[] derive(PackId pack, SlotKind kind) {
        return switch (kind) {
            case BLOCK -> sessions.of(pack.session()).derive(pack.bytes(), BLOCKS, KEY_LENGTH);
            case NODE -> treeKeys.derive(pack.bytes(), NODES, KEY_LENGTH);
        };
    }
}
