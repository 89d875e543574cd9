package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.disk.Fingerprints;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.pack.Digest128;
import java.nio.charset.StandardCharsets;

/**
 * Whose blocks a {@link BlockIndex} has, and as of when. What was written for another scope is not believed.
 *
 * @param vault the vault that has the blocks
 * @param writer whose packs they are in; a name
 * @param keyCheck tells the fingerprint key from others without giving it away
 * @param generation of the collector's condemnations, the last that the writer has acknowledged
 */
public record BlockIndexScope(VaultId vault, String writer, Digest128 keyCheck, long generation) {

    private static final byte[] LABEL = "lifeboat block index".getBytes(StandardCharsets.US_ASCII);

    public BlockIndexScope {
        Name.require("writer", writer);
    }

    /** The scope of a writer who makes fingerprints with this key. */
    public static BlockIndexScope of(VaultId vault, String writer, byte[] fingerprintKey, long generation) {
        Digest128 check = new Fingerprints(fingerprintKey).of(LABEL, 0, LABEL.length);
        return new BlockIndexScope(vault, writer, check, generation);
    }

    /** The same vault, writer and key at another generation. */
    BlockIndexScope at(long other) {
        return new BlockIndexScope(vault, writer, keyCheck, other);
    }
}
