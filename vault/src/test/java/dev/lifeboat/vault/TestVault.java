package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.pack.Compression;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.store.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.assertj.core.api.Condition;
import org.jspecify.annotations.Nullable;

/** A vault in a store of one's choice, with its operator, its writers and a clock that ticks by itself. */
final class TestVault {

    static final int PROCESSORS = 2;

    final BlobStore store;
    final RootSecret root;
    final VaultKeys keys;
    final Random random;
    final Timekeeper time = new TickingTime();

    TestVault(BlobStore store, long seed) {
        this.store = store;
        this.random = new Random(seed);
        this.root = RootSecret.generate(random);
        this.keys = root.keys();
        new VaultDescription(root.vaultId(), time.instant()).write(store);
    }

    Credentials credentials(String writer, String... groups) {
        return Credentials.issue(keys, writer, List.of(groups), time.millis(), random);
    }

    /** As who has the private key sees it. */
    Vault opened() {
        return opened(store);
    }

    Vault opened(BlobStore through) {
        TrustAnchor anchor = keys.anchor();
        return Vault.open(through, anchor, new StoredSessions(through, anchor, keys.recipientKey()));
    }

    /** As a writer sees it. */
    Vault openedBy(Credentials credentials) {
        return openedBy(credentials, store);
    }

    Vault openedBy(Credentials credentials, BlobStore through) {
        return Vault.open(through, credentials.anchor(), SessionKeys.none());
    }

    WriterSession session(Credentials credentials) {
        return session(credentials, store);
    }

    WriterSession session(Credentials credentials, BlobStore through) {
        return WriterSession.open(
                openedBy(credentials, through), credentials, new RecentBlocks(), PROCESSORS, random, time);
    }

    /** A session whose blocks and nodes are compressed so. */
    WriterSession session(Credentials credentials, BlobStore through, IntFunction<Compression> compression) {
        return WriterSession.open(
                openedBy(credentials, through), credentials, new RecentBlocks(), compression, PROCESSORS, random, time);
    }

    Signer operator() {
        return keys.issuer().operator("ops", time.millis());
    }

    Fence fence() {
        return new Fence(opened(), operator(), time, random);
    }

    Owners owners() {
        return new Owners(opened(), operator(), time, random);
    }

    /** What is in a slot of a group, as a reader judges it. */
    List<String> slots(String group) {
        return opened().group(group).slots().stream()
                .map(slot -> "%s %s".formatted(slot.getClass().getSimpleName(), slot.id()))
                .toList();
    }

    /** The failure with this code. */
    static Condition<Throwable> code(ErrorCode code) {
        return new Condition<>(
                thrown -> thrown instanceof LifeboatException failure && failure.code() == code, "code %s", code);
    }

    static byte[] randomBytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Publishes a machine with one disk called vda as the next point of the group of its name. */
    static Point publish(WriterSession session, String machine, DiskSource disk) throws Exception {
        return published(attempt(session, machine, disk, null));
    }

    static Publishing attempt(WriterSession session, String machine, DiskSource disk, @Nullable ChangedBlocks changed)
            throws IOException, InterruptedException {
        try (PointBuilder builder = session.newPoint(machine)) {
            builder.machine(machine, StrictJson.object());
            builder.disk(machine, "vda", disk, changed, (offset, read) -> {});
            return builder.publish();
        }
    }

    static Point published(Publishing publishing) {
        return ((Publishing.Published) publishing).point();
    }

    /** The whole content of a disk, read by the holder of the private key. */
    byte[] content(Point point) throws InterruptedException {
        return content(opened(), point.disk("vda"));
    }

    static byte[] content(Vault vault, DiskRecord disk) throws InterruptedException {
        byte[] content = new byte[(int) disk.size()];
        DiskReader reader = vault.reader(disk, Runnable::run);
        reader.read(0, ByteBuffer.wrap(content));
        return content;
    }
}
