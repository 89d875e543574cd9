package dev.lifeboat.vault;

import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.key.Argon2Cost;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.Passphrase;
import dev.lifeboat.vault.key.RecoveryKit;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SealedRoot;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.FolderStore;
import dev.lifeboat.vault.store.ObjectName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.node.ObjectNode;

/**
 * A vault of a few kilobytes in a folder, with everything that a reader has to cope with: holes, zeros, equal blocks, a
 * short last block, a tree of two levels, a disk that shrinks, a disk of no blocks, several sessions and writers, a
 * seal and the epoch behind it, and a void slot.
 *
 * <pre>
 * FOLDER/vault            the vault
 * FOLDER/kit.txt          its recovery kit
 * FOLDER/passphrase.txt   the passphrase of keys/main
 * </pre>
 */
final class SampleVault {

    static final String PASSPHRASE = "a passphrase of this sample";

    private static final int BLOCK = 1 << 16;
    private static final Argon2Cost CHEAP = new Argon2Cost(32, 3, 4);

    private final Map<String, byte[]> disks = new LinkedHashMap<>();
    private final TestVault vault;
    private final Path folder;

    private SampleVault(Path folder, long seed) throws IOException {
        this.folder = folder;
        Files.createDirectories(vaultFolder(folder));
        vault = new TestVault(FolderStore.create(vaultFolder(folder), new TickingTime(), new Random(seed)), seed);
    }

    static Path vaultFolder(Path folder) {
        return folder.resolve("vault");
    }

    /** What the disks of the points hold, by the words {@code POINT MACHINE/DISK}. */
    static Map<String, byte[]> disks() {
        Map<String, byte[]> disks = new LinkedHashMap<>();
        byte[] system = system();
        disks.put("shop@1-1 db/system", system.clone());
        disks.put("shop@1-1 db/books", books());
        text(system, 1, 99);
        disks.put("shop@1-2 db/system", system.clone());
        byte[] books = books();
        text(books, 68, 99);
        Arrays.fill(books, 5 * BLOCK, 6 * BLOCK, (byte) 0);
        disks.put("shop@1-2 db/books", books.clone());
        disks.put("shop@1-3 db/system", Arrays.copyOf(system, 2 * BLOCK + 512));
        disks.put("shop@1-3 db/books", books.clone());
        disks.put("shop@2-1 db/system", Arrays.copyOf(system, 2 * BLOCK + 512));
        disks.put("shop@2-1 db/books", books());
        disks.put("web@1-1 web-1/vda", Arrays.copyOf(books(), BLOCK));
        disks.put("web@1-1 web-2/vda", new byte[3 * BLOCK]);
        disks.put("web@1-1 web-2/vdb", new byte[0]);
        return disks;
    }

    /** Writes the sample. */
    static void write(Path folder, long seed) throws IOException, InterruptedException {
        SampleVault sample = new SampleVault(folder, seed);
        sample.disks.putAll(disks());
        sample.writeKeys();
        sample.writePoints();
    }

    private void writeKeys() throws IOException {
        Path passphraseFile = folder.resolve("passphrase.txt");
        Files.writeString(passphraseFile, PASSPHRASE + "\n");
        Files.writeString(
                folder.resolve("kit.txt"), RecoveryKit.text(vault.root, "file:///srv/vault", vault.time.instant()));
        RootSecret root = vault.root;
        try (Passphrase passphrase = Passphrase.read(passphraseFile)) {
            put(
                    "keys/main",
                    SealedRoot.seal(root, "main", passphrase, CHEAP, vault.random)
                            .encode());
        }
        try (Passphrase other = Passphrase.of("another".getBytes(StandardCharsets.UTF_8), "another")) {
            put(
                    "keys/another",
                    SealedRoot.seal(root, "another", other, CHEAP, vault.random).encode());
        }
    }

    private void writePoints() throws IOException, InterruptedException {
        Credentials shop = vault.credentials("shop-host", "shop");
        Credentials web = vault.credentials("web-host", "*");
        try (WriterSession session = vault.session(shop)) {
            publish(session, "shop@1-1");
            publish(session, "shop@1-2");
        }
        try (WriterSession session = vault.session(shop)) {
            publish(session, "shop@1-3");
        }
        seal("shop@1-4", Seal.Reason.COLLECTOR);
        try (WriterSession session = vault.session(shop)) {
            publish(session, "shop@2-1");
        }
        put(PointId.parse("shop@1-5").objectName(), "behind the seal".getBytes(StandardCharsets.US_ASCII));
        try (WriterSession session = vault.session(web)) {
            publish(session, "web@1-1");
            put(PointId.parse("web@1-2").objectName(), "not an object".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void publish(WriterSession session, String point) throws IOException, InterruptedException {
        PointId id = PointId.parse(point);
        try (PointBuilder builder = session.newPoint(id.group())) {
            String machine = "";
            for (Map.Entry<String, byte[]> disk : disks.entrySet()) {
                List<String> words = List.of(disk.getKey().split("[ /]"));
                if (words.getFirst().equals(point)) {
                    if (!words.get(1).equals(machine)) {
                        machine = words.get(1);
                        builder.machine(machine, StrictJson.object().put("memoryMiB", 2048));
                    }
                    SparseDisk source = new SparseDisk(disk.getValue(), holes(words.get(2), disk.getValue().length));
                    builder.disk(machine, words.get(2), source, null, (offset, read) -> {});
                }
            }
            Point published = TestVault.published(builder.publish());
            if (!published.id().equals(id)) {
                throw new IllegalStateException(published.id() + " was published, not " + id);
            }
        }
    }

    private void seal(String slot, Seal.Reason reason) {
        PointId id = PointId.parse(slot);
        ObjectNode body = StrictJson.object()
                .put("vault", vault.root.vaultId().hex())
                .put("group", id.group())
                .put("epoch", id.epoch())
                .put("slot", id.slot())
                .put("reason", reason.code())
                .put("by", "ops")
                .put("at", vault.time.millis());
        put(
                id.objectName(),
                SignedObject.encode(
                        ObjectKind.SEAL,
                        id.objectName(),
                        StrictJson.encode(body),
                        vault.keys.anchor(),
                        vault.keys.issuer().operator("ops", vault.time.millis()),
                        vault.random));
    }

    private void put(String name, byte[] content) {
        vault.store.putIfAbsent(ObjectName.of(name), ByteBuffer.wrap(content));
    }

    /** Text, noise, zeros, a block that occurs twice, and 777 bytes that do not compress at its end. */
    private static byte[] system() {
        byte[] disk = new byte[4 * BLOCK + 777];
        text(disk, 0, 1);
        text(disk, 1, 2);
        text(disk, 3, 1);
        byte[] noise = new byte[777];
        new Random(3).nextBytes(noise);
        System.arraycopy(noise, 0, disk, 4 * BLOCK, noise.length);
        return disk;
    }

    /** A disk of 70 blocks, whose tree has two levels. Most of it is a hole; block 64 is zero. */
    private static byte[] books() {
        byte[] disk = new byte[69 * BLOCK + 4096];
        for (int block : new int[] {0, 5, 63, 68, 69}) {
            text(disk, block, block);
        }
        return disk;
    }

    private static BitSet holes(String disk, int size) {
        BitSet holes = new BitSet();
        if (disk.equals("books")) {
            holes.set(6, 63);
            holes.set(65, 68);
        } else if (disk.equals("vda") && size > BLOCK) {
            holes.set(0, 3);
        }
        return holes;
    }

    private static void text(byte[] disk, int block, int number) {
        byte[] line = "line of block %d\n".formatted(number).getBytes(StandardCharsets.US_ASCII);
        for (int i = block * BLOCK; i < Math.min(disk.length, (block + 1) * BLOCK); i++) {
            disk[i] = line[i % line.length];
        }
    }

    /** A disk some of whose blocks are holes. */
    private static final class SparseDisk implements DiskSource {

        private final byte[] content;
        private final BitSet holes;

        SparseDisk(byte[] content, BitSet holes) {
            this.content = content;
            this.holes = holes;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.put(content, (int) offset, into.remaining());
        }

        @Override
        public boolean isHole(long offset, long length) {
            int end = (int) ((offset + length + BLOCK - 1) / BLOCK);
            return holes.nextClearBit((int) (offset / BLOCK)) >= end;
        }

        @Override
        public void close() {}
    }
}
