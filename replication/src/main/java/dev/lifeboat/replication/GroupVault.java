package dev.lifeboat.replication;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.BlockIndex;
import dev.lifeboat.vault.capture.BlockIndexScope;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.StoreException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The vault as a group's cycles write to it: through the spool, in a session of the group's own, with a memory of its
 * own of the blocks that are there. For one thread.
 */
final class GroupVault implements AutoCloseable {

    private final ReplicationContext context;
    private final SpoolStore spool;
    private final Path blocks;
    private @Nullable Vault vault;
    private @Nullable WriterSession session;
    private @Nullable BlockIndex known;

    /** @param blocks the file that remembers blocks */
    GroupVault(ReplicationContext context, SpoolStore spool, Path blocks) {
        this.context = context;
        this.spool = spool;
        this.blocks = blocks;
    }

    /** The session that is under way, begun if there is none. */
    WriterSession session() {
        WriterSession open = session;
        if (open != null) {
            return open;
        }
        Credentials writer = context.credentials();
        Vault opened = vault;
        if (opened == null) {
            opened = Vault.open(spool, writer.anchor(), SessionKeys.none());
            vault = opened;
        }
        BlockIndex index = BlockIndex.open(
                blocks,
                BlockIndex.STANDARD_BYTES,
                BlockIndexScope.of(
                        writer.vault(), writer.writer(), writer.treeKeys().fingerprintKey(), 0),
                trouble -> {});
        known = index;
        open = WriterSession.open(opened, writer, index, context.processors(), context.random(), context.time());
        session = open;
        return open;
    }

    /**
     * Gives the session up, and with it what waits in the spool: what it believes to be in the vault may not be. The
     * next one asks the store for each pack that it remembers.
     */
    void abandonSession() {
        spool.abandon();
        session = null;
        closeIndex();
    }

    private void closeIndex() {
        BlockIndex index = known;
        known = null;
        if (index != null) {
            index.close();
        }
    }

    /** Ends the session in order, unless what it stored without a point must be held from collection. */
    void end(boolean holdsPasses) {
        WriterSession open = session;
        session = null;
        if (open != null && !holdsPasses) {
            try {
                open.close();
            } catch (LifeboatException | StoreException e) {
                // The collector closes it when it does not answer.
            }
        }
        spool.abandon();
        closeIndex();
    }

    @Override
    public void close() {
        end(false);
    }
}
