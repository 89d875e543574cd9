package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.RecoveryKit;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointHead;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.FolderStore;
import dev.lifeboat.vault.store.ObjectName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/formats/vault.md} says enough to read a vault: a script that was written from it alone reads what this
 * code wrote, and refuses what this code refuses.
 */
class FormatPageTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void thereIsPython() throws Exception {
        PageReader.need();
    }

    @Test
    void thePagesTestVectorsFit() throws Exception {
        assertThat(PageReader.read("--self-test")).isEqualTo("All test vectors of the page fit.\n");
    }

    @Test
    void theScriptListsWhatTheLibraryLists() throws Exception {
        SampleVault.write(folder, 1);

        List<String> listed = listed(folder);

        assertThat(listed).isEqualTo(slots(opened(folder)));
        assertThat(listed)
                .anyMatch(line -> line.matches("shop@1-3:[0-9a-f]{16}"))
                .contains("shop@1-4  seal  collector", "shop@1-5  void", "web@1-2  void")
                .anyMatch(line -> line.matches("shop@2-1:[0-9a-f]{16}  newest"))
                .anyMatch(line -> line.matches("web@1-1:[0-9a-f]{16}  newest"));
    }

    @Test
    void theScriptReadsEveryDiskWithTheKitAndWithThePassphrase() throws Exception {
        SampleVault.write(folder, 2);

        for (Map.Entry<String, byte[]> disk : SampleVault.disks().entrySet()) {
            assertThat(extracted(folder, disk.getKey())).as(disk.getKey()).isEqualTo(disk.getValue());
        }
        Path out = folder.resolve("out");
        PageReader.read(
                SampleVault.vaultFolder(folder),
                "--passphrase-file",
                folder.resolve("passphrase.txt"),
                "extract",
                "shop@1-2",
                "books",
                out);
        assertThat(Files.readAllBytes(out)).isEqualTo(SampleVault.disks().get("shop@1-2 db/books"));
    }

    @Test
    void theScriptReadsALargeDiskOfNoise() throws Exception {
        byte[] disk = new byte[20_000_001];
        new Random(5).nextBytes(disk);
        BlobStore store = FolderStore.create(SampleVault.vaultFolder(folder), new TickingTime(), new Random(6));
        TestVault vault = new TestVault(store, 7);
        Files.writeString(
                folder.resolve("kit.txt"), RecoveryKit.text(vault.root, "file:///srv/vault", vault.time.instant()));
        try (WriterSession session = vault.session(vault.credentials("host-1", "*"))) {
            TestVault.publish(session, "shop", new MemoryDisk(disk));
        }

        assertThat(extracted(folder, "shop@1-1 shop/vda")).isEqualTo(disk);
    }

    @Test
    void bothFindSlotsWhoseHintsAreWrong() throws Exception {
        SampleVault.write(folder, 8);
        for (Path pack : packs(folder)) {
            Files.write(pack, withALongerFirstSlot(Files.readAllBytes(pack)));
        }

        // The first slot of the first pack holds block 0 of system: only the disks without it are still whole.
        String disk = "shop@1-1 db/books";

        assertThat(content(opened(folder), disk)).isEqualTo(SampleVault.disks().get(disk));
        assertThat(extracted(folder, disk)).isEqualTo(SampleVault.disks().get(disk));
        assertThat(extract(folder, "shop@1-1 db/system").words()).contains("slot 0 of pack");
    }

    @Test
    void theScriptRefusesADamagedBlock() throws Exception {
        SampleVault.write(folder, 9);
        for (Path pack : packs(folder)) {
            byte[] bytes = Files.readAllBytes(pack);
            bytes[40] ^= 1;
            Files.write(pack, bytes);
        }

        PageReader.Ending ending = extract(folder, "shop@1-1 db/system");

        assertThat(ending.status()).isEqualTo(1);
        assertThat(ending.words()).contains("slot 0 of pack", "the slot is damaged");
    }

    @Test
    void aPointUnderAnotherNameIsVoidForBoth() throws Exception {
        SampleVault.write(folder, 10);
        Path points = SampleVault.vaultFolder(folder).resolve("points");
        Files.copy(points.resolve("shop/00000002-0000000001"), points.resolve("shop/00000002-0000000002"));
        Files.copy(points.resolve("shop/00000001-0000000001"), points.resolve("web/00000001-0000000003"));

        List<String> listed = listed(folder);

        assertThat(listed).isEqualTo(slots(opened(folder)));
        assertThat(listed).contains("shop@2-2  void", "web@1-3  void");
    }

    @Test
    void theScriptKnowsAKitOfAnotherVault() throws Exception {
        SampleVault.write(folder, 11);
        Path kit = folder.resolve("other.txt");
        RootSecret other = RootSecret.generate(new Random(12));
        Files.writeString(kit, RecoveryKit.text(other, "file:///srv/vault", new TickingTime().instant()));

        PageReader.Ending ending = PageReader.run(SampleVault.vaultFolder(folder), "--kit", kit, "list");

        assertThat(ending.status()).isEqualTo(1);
        assertThat(ending.words()).contains("the root secret is another vault's");
    }

    /** All of these are properly signed by somebody of this vault; only what is said, or who says it, is odd. */
    @Test
    void bothTakeTheSameSignedObjectsForVoid() throws Exception {
        SampleVault.write(folder, 13);
        BlobStore store = FolderStore.open(SampleVault.vaultFolder(folder), new TickingTime(), new Random(14));
        try (VaultKeys keys = keys(folder)) {
            Signer web = signer(keys, "web-host", "*");
            Signer other = signer(keys, "other-host", "*");
            Signer shop = signer(keys, "shop-host", "shop");
            Signer operator = keys.issuer().operator("ops", 1);
            Odd odd = new Odd(store, keys.anchor());

            odd.point(3, web, body -> body);
            odd.point(4, operator, body -> body);
            odd.point(5, shop, body -> body.replace("web-host", "shop-host"));
            odd.point(6, other, body -> body.replace("web-host", "other-host"));
            odd.point(7, other, body -> body);
            odd.point(8, web, body -> body.replace("web-host", "other-host"));
            odd.point(9, web, body -> body.replace("'slot':9", "'slot':3"));
            odd.point(10, web, body -> body.replace("'slot':10", "'slot':10.0"));
            odd.point(11, web, body -> body.replace("'slot':11", "'slot':11,'slot':11"));
            odd.point(12, web, body -> body.replace("'statistics'", "'other'"));
            odd.point(13, web, body -> body.replace("'parent':null", "'parent':" + parent(13)));
            odd.point(14, web, body -> body.replace("'parent':null", "'parent':" + parent(3)));
            odd.point(15, web, body -> body.replace("'size':0", "'size':-1"));
            odd.point(16, web, body -> body.replace("2048", "1" + "0".repeat(40)));
            odd.point(17, web, body -> body.replace("2048", "{'a':".repeat(70) + "1" + "}".repeat(70)));
            odd.point(18, web, body -> body.replaceFirst("'hash':'[0-9a-f]{2}", "'hash':'AB"));
            odd.point(19, web, body -> body.replaceFirst("'vault':'[0-9a-f]{2}", "'vault':'00"));
            odd.point(20, web, body -> body.replace("'crash'", "'maybe'"));
            odd.point(21, web, body -> body.replaceFirst("\\{", "{'unknown':[1.5e3,null],"));
            odd.seal(22, shop);
            odd.seal(23, other);
            odd.point(24, web, body -> body);
        }

        List<String> listed = listed(folder);

        assertThat(listed).isEqualTo(slots(opened(folder)));
        assertThat(listed.stream()
                        .filter(line -> line.startsWith("web") && !line.endsWith("  void"))
                        .map(line -> line.replaceFirst(":[0-9a-f]{16}", "")))
                .containsExactly("web@1-1", "web@1-3", "web@1-14", "web@1-21  newest", "web@1-23  seal  failover");
    }

    /** Puts signed objects into slots of the group web, made from its first point. Apostrophes stand for quotes. */
    private static final class Odd {

        private final BlobStore store;
        private final TrustAnchor anchor;
        private final String first;
        private final Random random = new Random(15);

        Odd(BlobStore store, TrustAnchor anchor) {
            this.store = store;
            this.anchor = anchor;
            String name = new PointId("web", 1, 1).objectName();
            byte[] object = store.get(ObjectName.of(name));
            byte[] json = SignedObject.decode(object, name, Set.of(ObjectKind.POINT), anchor)
                    .json();
            first = new String(json, StandardCharsets.UTF_8).replace('"', '\'');
        }

        void point(int slot, Signer signer, UnaryOperator<String> change) {
            String body = first.replaceFirst("'slot':1,", "'slot':" + slot + ",");
            String changed = change.apply(body);
            put(ObjectKind.POINT, slot, signer, changed);
        }

        void seal(int slot, Signer signer) {
            String body = "{'vault':'%s','group':'web','epoch':1,'slot':%d,'reason':'failover','by':'ops','at':1}"
                    .formatted(anchor.vault().hex(), slot);
            put(ObjectKind.SEAL, slot, signer, body);
        }

        private void put(ObjectKind kind, int slot, Signer signer, String body) {
            String name = new PointId("web", 1, slot).objectName();
            byte[] json = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            byte[] object = SignedObject.encode(kind, name, json, anchor, signer, random);
            store.putIfAbsent(ObjectName.of(name), ByteBuffer.wrap(object));
        }
    }

    private static Signer signer(VaultKeys keys, String writer, String group) {
        return Credentials.issue(keys, writer, List.of(group), 1, new Random(16))
                .signer();
    }

    private static String parent(int slot) {
        return "{'epoch':1,'slot':%d,'digest':'%s'}".formatted(slot, "00".repeat(32));
    }

    /** The script's list, without what stands about disks and why something is void. */
    static List<String> listed(Path folder) throws IOException, InterruptedException {
        String listed = PageReader.read(SampleVault.vaultFolder(folder), "--kit", folder.resolve("kit.txt"), "list");
        return listed.lines()
                .filter(line -> !line.startsWith(" "))
                .map(line -> line.replaceFirst("  void  .*", "  void"))
                .map(line -> line.replaceFirst("  2026-01-01T00:.*  (crash|application)", ""))
                .toList();
    }

    /** The same by the library. */
    static List<String> slots(Vault vault) {
        List<String> slots = new ArrayList<>();
        for (String group : vault.groups()) {
            GroupLog log = vault.group(group);
            PointId newest = log.newest().orElseThrow().id();
            for (Slot slot : log.slots()) {
                slots.add(
                        switch (slot) {
                            case Point point -> head(point) + (point.id().equals(newest) ? "  newest" : "");
                            case Seal seal ->
                                seal.id() + "  seal  " + seal.reason().code();
                            case VoidSlot empty -> empty.id() + "  void";
                        });
            }
        }
        return slots;
    }

    private static String head(Point point) {
        PointHead head = point.head();
        return head.point() + ":" + head.digest();
    }

    private static VaultKeys keys(Path folder) {
        try (RootSecret root = RecoveryKit.read(folder.resolve("kit.txt"))) {
            return root.keys();
        }
    }

    static Vault opened(Path folder) {
        BlobStore store = FolderStore.open(SampleVault.vaultFolder(folder), new TickingTime(), new Random(1));
        VaultKeys keys = keys(folder);
        return Vault.open(store, keys.anchor(), new StoredSessions(store, keys.anchor(), keys.recipientKey()));
    }

    /** What the library reads from the disk that {@code POINT MACHINE/DISK} says. */
    static byte[] content(Vault vault, String disk) throws InterruptedException {
        List<String> words = List.of(disk.split(" "));
        DiskRecord found = vault.point(PointId.parse(words.get(0))).disk(words.get(1));
        return found.size() == 0 ? new byte[0] : TestVault.content(vault, found);
    }

    /** What the script reads from it. */
    static byte[] extracted(Path folder, String disk) throws IOException, InterruptedException {
        PageReader.Ending ending = extract(folder, disk);
        assertThat(ending.status()).as(ending.words()).isZero();
        Path out = folder.resolve("extracted");
        byte[] content = Files.readAllBytes(out);
        Files.delete(out);
        return content;
    }

    private static PageReader.Ending extract(Path folder, String disk) throws IOException, InterruptedException {
        List<String> words = List.of(disk.split(" "));
        return PageReader.run(
                SampleVault.vaultFolder(folder),
                "--kit",
                folder.resolve("kit.txt"),
                "extract",
                words.get(0),
                words.get(1),
                folder.resolve("extracted"));
    }

    private static List<Path> packs(Path folder) throws IOException {
        try (var files = Files.walk(SampleVault.vaultFolder(folder).resolve("packs"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** The pack with a first slot of three bytes more, which is damaged by that, and all others moved. */
    private static byte[] withALongerFirstSlot(byte[] pack) {
        ByteBuffer from = ByteBuffer.wrap(pack);
        int table = from.getInt(pack.length - 12);
        byte[] wider = new byte[pack.length + 3];
        System.arraycopy(pack, 0, wider, 0, 32);
        System.arraycopy(pack, 32, wider, 35, pack.length - 32);
        ByteBuffer into = ByteBuffer.wrap(wider);
        into.putInt(12, from.getInt(12) + 3);
        into.putInt(table + 3, from.getInt(table) + 3);
        into.putInt(wider.length - 12, table + 3);
        CRC32C crc = new CRC32C();
        crc.update(wider, table + 3, wider.length - 16 - (table + 3));
        into.putInt(wider.length - 8, (int) crc.getValue());
        assertThat(Arrays.copyOfRange(wider, wider.length - 4, wider.length))
                .isEqualTo(new byte[] {'P', 'A', 'C', 'K'});
        return wider;
    }
}
