package dev.lifeboat.bench.own;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.bench.IncrementalSession;
import dev.lifeboat.bench.PointResult;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.StoreCounts;
import dev.lifeboat.vault.store.StoreOperation;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protection of one disk in an open session. For one thread. */
final class ProtectedDisk implements IncrementalSession {

    private static final String MACHINE = "bench";

    private final WriterSession session;
    private final CountingStore store;
    private final ChangingDisk disk;

    private ProtectedDisk(WriterSession session, CountingStore store, ChangingDisk disk) {
        this.session = session;
        this.store = store;
        this.disk = disk;
    }

    static ProtectedDisk begin(WriterSession session, CountingStore store, ChangingDisk disk)
            throws InterruptedException {
        ProtectedDisk begun = new ProtectedDisk(session, store, disk);
        begun.publish(List.of(), null);
        return begun;
    }

    @Override
    public PointResult nextPoint(List<ByteRange> changed) throws InterruptedException {
        ChangedBlocks blocks = new ChangedBlocks();
        changed.forEach(range -> blocks.add(range.offset(), range.length()));
        StoreCounts before = store.snapshot();
        publish(changed, blocks);
        StoreCounts added = store.snapshot().since(before);
        return new PointResult(added.calls(StoreOperation.PUT), added.bytesSent());
    }

    private void publish(List<ByteRange> changed, @Nullable ChangedBlocks blocks) throws InterruptedException {
        try (PointBuilder point = session.newPoint(MACHINE);
                DiskSource source = disk.now(changed)) {
            point.machine(MACHINE, StrictJson.object());
            point.disk(MACHINE, "vda", source, blocks, (_, _) -> {});
            switch (point.publish()) {
                case Publishing.Published _ -> {
                    // As it should be.
                }
                case Publishing.Fenced(var seal) ->
                    throw new LifeboatException(
                            ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE, "%s ended the epoch.".formatted(seal.id()));
            }
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.VAULT_IMAGE_UNREADABLE, "The disk: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
