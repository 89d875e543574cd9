package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * What {@code vault.json} says. It tells which vault this is and in what format; it is trusted for nothing, since
 * whoever has the store can swap it.
 *
 * @param vault the id
 * @param created when it was made
 */
public record VaultDescription(VaultId vault, Instant created) {

    private static final ObjectName NAME = ObjectName.of("vault.json");
    private static final String FORMAT = "lifeboat-vault";
    private static final int VERSION = 0;
    private static final int MAX_BYTES = 64 << 10;

    /**
     * Reads it.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_NOT_FOUND}, {@link ErrorCode#VAULT_FORMAT_UNKNOWN} or
     *     {@link ErrorCode#VAULT_OBJECT_DAMAGED}
     */
    public static VaultDescription read(BlobStore store) {
        byte[] content;
        try {
            content = store.get(NAME);
        } catch (ObjectMissing e) {
            throw new LifeboatException(
                    ErrorCode.VAULT_NOT_FOUND, "%s has no %s.".formatted(store.describe(), NAME), e);
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        StrictJson json = StrictJson.parse(content, MAX_BYTES, Complaint.ofObject(NAME.text()));
        json.requireFormat(FORMAT, VERSION);
        if (json.number("blockSize", 1, Integer.MAX_VALUE) != Block.SIZE) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FORMAT_UNKNOWN, "%s has blocks of another size.".formatted(store.describe()));
        }
        return new VaultDescription(json.vault(), Instant.ofEpochMilli(json.time("created")));
    }

    /** Whether there is one. */
    public static boolean isIn(BlobStore store) {
        try {
            return store.head(NAME).isPresent();
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /**
     * Makes a vault of a store.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_STORE_CONFLICT} when it is one already
     */
    public void write(BlobStore store) {
        byte[] content = StrictJson.encode(StrictJson.object()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("vault", vault.hex())
                .put("blockSize", Block.SIZE)
                .put("created", created.toEpochMilli()));
        Publication.publishOwn(store, NAME, ByteBuffer.wrap(content));
    }
}
