package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.disk.StoredNodes;
import dev.lifeboat.vault.pack.Compression;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.pack.PackSink;
import java.util.function.Supplier;

/**
 * What taking disks needs of a session.
 *
 * @param vaultId of the vault
 * @param fingerprintKey of the vault
 * @param keys of the session's packs
 * @param ids of new packs
 * @param sink where packs go
 * @param known blocks that need not be stored again
 * @param nodes the trees of points before
 * @param compression a new one for each thread
 * @param processors how many threads work at once
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record CaptureTools(
        byte[] vaultId,
        byte[] fingerprintKey,
        PackKeys keys,
        Supplier<PackId> ids,
        PackSink sink,
        KnownBlocks known,
        StoredNodes nodes,
        Supplier<Compression> compression,
        int processors) {}
