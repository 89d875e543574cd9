package dev.lifeboat.replication;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.PointBuilder;
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
 * own of the blocks that are there. Or the folder with a first copy that is carried to the vault, in the same way. For
 * one thread.
 */
final class GroupVault implements AutoCloseable {

    private final ReplicationContext context;
    private final SpoolStore spool;
    private final Path blocks;
    private final boolean carried;
    private @Nullable Vault vault;
    private @Nullable WriterSession session;
    private @Nullable BlockIndex known;

    /**
     * Opens nothing yet.
     *
     * @param blocks the file that remembers blocks; one of those who share it is open at a time
     * @param carried whether what goes through the spool is carried to the vault
     */
    GroupVault(ReplicationContext context, SpoolStore spool, Path blocks, boolean carried) {
        this.context = context;
        this.spool = spool;
        this.blocks = blocks;
        this.carried = carried;
    }

    /** Begins the next point of a group, or the next part of its first copy. */
    PointBuilder begin(String group) {
        return carried ? session().newSeed(group) : session().newPoint(group);
    }

    /** The session that is under way, begun if there is none. */
    private WriterSession session() {
        WriterSession open = session;
        if (open != null) {
            return open;
        }
        Credentials writer = context.credentials();
        Vault opened = vault;
        if (opened == null) {
            opened = carried
                    ? Vault.onItsWay(spool, writer.anchor())
                    : Vault.open(spool, writer.anchor(), SessionKeys.none());
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

    /**
     * Ends the session in order, unless what it stored without a point must be held from collection, as all must that
     * is carried: nobody knows when it arrives.
     */
    void end(boolean holdsPasses) {
        WriterSession open = session;
        session = null;
        if (open != null && !holdsPasses && !carried) {
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
