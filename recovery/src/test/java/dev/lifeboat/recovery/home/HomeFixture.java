package dev.lifeboat.recovery.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Assumptions;

/** A vault in memory with points of the machine web, and its disk vda at home. */
final class HomeFixture {

    static final int PROCESSORS = 2;
    static final int BLOCK = 1 << 16;

    final Path folder;
    final MemoryStore store;
    final Timekeeper time = new SystemTimekeeper();
    final Random random;
    final VaultKeys keys;
    final Credentials other;
    final HomeDisk disk;

    private HomeFixture(HomeFixture same, HomeDisk disk) {
        this.folder = same.folder;
        this.store = same.store;
        this.random = same.random;
        this.keys = same.keys;
        this.other = same.other;
        this.disk = disk;
    }

    /** Skips the test where a program is missing that it needs. */
    HomeFixture(Path folder, long seed, ImageFormat format) {
        for (String program : List.of("qemu-img", "qemu-nbd", "setpriv")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), program + " is not installed");
        }
        this.folder = folder;
        store = new MemoryStore("memory");
        random = new Random(seed);
        RootSecret root = RootSecret.generate(random);
        keys = root.keys();
        new VaultDescription(root.vaultId(), time.instant()).write(store);
        other = credentials("recovery-1", "web");
        disk = HomeDisk.beside("vda", folder.resolve("web." + format), format);
    }

    /** The same with another disk. */
    HomeFixture with(HomeDisk another) {
        return new HomeFixture(this, another);
    }

    Credentials credentials(String writer, String... groups) {
        return Credentials.issue(keys, writer, List.of(groups), time.millis(), random);
    }

    @SuppressWarnings("ArrayRecordComponent") // the array is the disk
    private record Content(byte[] bytes) implements DiskSource {

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.put(bytes, (int) offset, into.remaining());
        }

        @Override
        public boolean isHole(long offset, long length) {
            return false;
        }

        @Override
        public void close() {}
    }

    /** The machine's next point. */
    Point put(byte[] content) throws Exception {
        Vault vault = Vault.open(store, other.anchor(), SessionKeys.none());
        try (WriterSession session = WriterSession.open(vault, other, new RecentBlocks(), PROCESSORS, random, time);
                PointBuilder builder = session.newPoint("web")) {
            builder.machine("web", StrictJson.object().put("memory", 512));
            builder.disk("web", "vda", new Content(content), null, (_, _) -> {});
            return ((Publishing.Published) builder.publish()).point();
        }
    }

    HomeVault opened(BlobStore through) {
        return HomeVault.open(through, keys.anchor(), new StoredSessions(through, keys.anchor(), keys.recipientKey()));
    }

    Follow follow() {
        return follow(Steps.UNHEARD);
    }

    Follow follow(Steps steps) {
        return follow(store, steps);
    }

    Follow follow(BlobStore through, Steps steps) {
        return new Follow(opened(through), PROCESSORS, time, steps);
    }

    FollowReport bring(Point target) throws InterruptedException {
        return follow().bring(disk, target, Optional.empty(), offset -> {});
    }

    FollowReport bring(Point target, Point known) throws InterruptedException {
        return follow().bring(disk, target, Optional.of(known), offset -> {});
    }

    CommitReport commit() throws InterruptedException {
        return new HomeCommit().commit(disk);
    }

    /** What a machine at home has on its disk. */
    void writeOld(byte[] content) throws Exception {
        Path raw = disk.format() == ImageFormat.raw ? disk.image() : folder.resolve("old.raw");
        Files.write(raw, content);
        if (disk.format() == ImageFormat.qcow2) {
            Program.of(
                            "qemu-img",
                            "convert",
                            "-f",
                            "raw",
                            "-O",
                            "qcow2",
                            raw.toString(),
                            disk.image().toString())
                    .run()
                    .orThrow();
        }
    }

    void assertOverlay(byte[] content) throws Exception {
        assertImage(disk.overlay(), ImageFormat.qcow2, content);
    }

    /** The old disk is this, to the byte. */
    void assertHome(byte[] content) throws Exception {
        if (disk.format() == ImageFormat.raw) {
            assertThat(Files.size(disk.image())).isEqualTo(content.length);
        }
        assertHomeImage(content);
        assertThat(disk.overlay()).doesNotExist();
    }

    void assertHomeImage(byte[] content) throws Exception {
        assertImage(disk.image(), disk.format(), content);
    }

    /** The image is this, with zeros to the end of the last sector. */
    private void assertImage(Path image, ImageFormat format, byte[] content) throws Exception {
        Path copy = folder.resolve("copy.raw");
        Program.of("qemu-img", "convert", "-f", format.name(), "-O", "raw", image.toString(), copy.toString())
                .run()
                .orThrow();
        byte[] found = Files.readAllBytes(copy);
        byte[] wanted = Arrays.copyOf(content, (int) QemuImg.sectors(content.length));
        assertThat(found.length).isEqualTo(wanted.length);
        assertThat(Arrays.mismatch(found, wanted))
                .as("first wrong byte of %s", image)
                .isEqualTo(-1);
    }

    static String digest(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Bytes that do not compress, but for every fourth block, which is zeros. */
    static byte[] content(long seed, int size) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        for (int at = 3 * BLOCK; at < size; at += 4 * BLOCK) {
            Arrays.fill(content, at, Math.min(size, at + BLOCK), (byte) 0);
        }
        return content;
    }

    /** The same with other bytes in a range. */
    static byte[] changed(byte[] content, int from, int length, long seed) {
        byte[] changed = content.clone();
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        System.arraycopy(bytes, 0, changed, from, length);
        return changed;
    }

    static Condition<Throwable> code(ErrorCode code) {
        return new Condition<>(
                thrown -> thrown instanceof LifeboatException failure && failure.code() == code, "code %s", code);
    }

    /** A process that dies after a step, for the so-manyth time. */
    static final class Killed extends Error {

        private static final long serialVersionUID = 1L;

        Killed(String step) {
            super("killed after " + step, null, false, false);
        }
    }

    static Steps dieAt(int count) {
        int[] steps = {0};
        return step -> {
            if (++steps[0] == count) {
                throw new Killed(step.toString());
            }
        };
    }
}
