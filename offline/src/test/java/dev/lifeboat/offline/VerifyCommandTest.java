package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackTable;
import dev.lifeboat.vault.pack.SlotKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    @TempDir
    private Path folder;

    private VaultOnDisk vault = new VaultOnDisk(Path.of(""));
    private Point first;
    private Point second;

    /** Two points: 70 blocks in two leaves, of which the second changes one in the second leaf. */
    @BeforeEach
    void twoPoints() throws Exception {
        vault = VaultOnDisk.made(folder);
        first = vault.put(disk());
        second = vault.put(disk().fill(66, 99));
    }

    private static MemoryDisk disk() {
        MemoryDisk disk = new MemoryDisk(70);
        for (int block : new int[] {0, 1, 2, 3, 40, 65, 66, 67}) {
            disk.fill(block, block);
        }
        return disk;
    }

    @Test
    void saysNothingAboutASoundVault() {
        VaultOnDisk.Ended shallow = vault.read("verify");
        assertThat(shallow.exitCode()).isZero();
        assertThat(shallow.output())
                .startsWith("Sound: 2 points, 5 nodes, 9 blocks in 2 packs of ")
                .contains("blocks were not opened");
        assertThat(shallow.errors()).contains("Trees of points read: 2 of 2", "Packs looked at: 2 of 2");

        VaultOnDisk.Ended deep = vault.readWithKit(
                "verify", "--read-data", "--expect-head", second.head().toString());
        assertThat(deep.exitCode()).isZero();
        assertThat(deep.output()).contains("Sound: ", "every block was opened");

        assertThat(vault.readWithKit("verify", "--output", "json").output())
                .contains("\"sound\" : true", "\"points\" : 2", "\"findings\" : [ ]", "\"data_read\" : false");
    }

    @Test
    void aFlippedByteInABlockIsFoundByReadingData() throws IOException {
        Path pack = pack(first);
        VaultOnDisk.flip(pack, slot(pack, SlotKind.BLOCK, 2) + 100);

        assertThat(vault.read("verify").exitCode()).isZero();

        VaultOnDisk.Ended ended = vault.readWithKit("verify", "--read-data");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output())
                .contains(vault.name(pack) + ": Slot 2 has a wrong checksum.")
                .contains("  Affected: shop@1-1, shop@1-2\n");
        assertThat(ended.errors()).contains("LB-VAULT-023");
    }

    @Test
    void onlyThePointsThatNeedADamagedBlockAreNamed() throws IOException {
        // Slot 6 is block 66 as it was in the first point.
        Path pack = pack(first);
        VaultOnDisk.flip(pack, slot(pack, SlotKind.BLOCK, 6) + 100);

        assertThat(vault.readWithKit("verify", "--read-data").output())
                .contains("Affected points: shop@1-1\n")
                .doesNotContain("shop@1-2");
    }

    @Test
    void aFlippedByteInANodeIsFoundWithoutReadingData() throws IOException {
        Path pack = pack(second);
        VaultOnDisk.flip(pack, slot(pack, SlotKind.NODE, 0) + 20);

        VaultOnDisk.Ended ended = vault.read("verify", "--output", "json");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output())
                .contains("\"sound\" : false", "\"object\" : \"" + vault.name(pack) + "\"")
                .contains("\"points\" : [ \"shop@1-2\" ]");
    }

    @Test
    void aTruncatedPackIsFound() throws IOException {
        Path pack = pack(second);
        byte[] content = Files.readAllBytes(pack);
        VaultOnDisk.replace(pack, Arrays.copyOf(content, content.length - 5));

        VaultOnDisk.Ended ended = vault.read("verify");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains(vault.name(pack), "Affected points: shop@1-2\n");
    }

    @Test
    void aDeletedPackIsFoundWithEveryPointThatNeedsIt() throws IOException {
        Path pack = pack(first);
        Files.delete(pack);

        VaultOnDisk.Ended ended = vault.read("verify");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains(vault.name(pack), "Affected points: shop@1-1, shop@1-2\n");
    }

    @Test
    void aDeletedSessionIsFound() throws IOException {
        SessionId session = second.manifest().session();
        Path object = vault.store().resolve("writers/web-host/" + session.hex() + "/open");
        Files.delete(object);

        VaultOnDisk.Ended ended = vault.read("verify");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains(session.hex(), "Affected points: shop@1-2\n");
        assertThat(vault.readWithKit("verify", "--read-data").output()).contains("Affected points: shop@1-2\n");
    }

    @Test
    void aSwappedSessionIsFound() throws IOException {
        Path mine = vault.store()
                .resolve("writers/web-host/" + second.manifest().session().hex() + "/open");
        Path others = vault.store()
                .resolve("writers/web-host/" + first.manifest().session().hex() + "/open");
        VaultOnDisk.replace(mine, Files.readAllBytes(others));

        VaultOnDisk.Ended ended = vault.read("verify");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains(vault.name(mine), "Affected points: shop@1-2\n");
    }

    @Test
    void aFlippedByteAnywhereInAPointIsFound() throws IOException {
        Path object = vault.store().resolve(first.id().objectName());
        byte[] whole = Files.readAllBytes(object);
        for (int offset : new int[] {0, 8, 9, 11, 14, 30, whole.length / 2, whole.length - 1}) {
            VaultOnDisk.flip(object, offset);

            VaultOnDisk.Ended ended = vault.read("verify");

            assertThat(ended.exitCode()).as("byte %d", offset).isEqualTo(1);
            assertThat(ended.output()).as("byte %d", offset).contains(vault.name(object) + ": ", "Affected: shop@1-1");
            VaultOnDisk.replace(object, whole);
        }
    }

    @Test
    void aDamagedOrMissingOwnerIsFound() throws IOException {
        Path object = vault.objects("owners").getFirst();
        VaultOnDisk.flip(object, 200);
        assertThat(vault.read("verify").output()).contains(vault.name(object) + ": ", "Affected: shop@1-1, shop@1-2");

        Files.delete(object);
        assertThat(vault.read("verify").output()).contains(vault.name(object) + ": It is missing");
    }

    @Test
    void aPointOfAWriterWhoDoesNotOwnTheGroupIsFound() throws Exception {
        vault.mustRun(
                "credentials",
                "--vault",
                vault.url(),
                "--kit",
                vault.file("kit"),
                "--out",
                vault.file("other"),
                "--writer",
                "intruder");
        // What the intruder owns is put under a vault without owners, and then the owner comes back.
        Path owner = vault.objects("owners").getFirst();
        byte[] rightful = Files.readAllBytes(owner);
        Files.delete(owner);
        Point injected = vault.put("other", "shop", new MemoryDisk(1).fill(0, 5));
        VaultOnDisk.replace(owner, rightful);

        VaultOnDisk.Ended ended = vault.read("verify");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output())
                .contains(injected.id().objectName() + ": It was put by intruder; the group is owned by web-host.");
        assertThat(vault.read("points", "-o", "json").output()).contains("\"state\" : \"void\"");
        assertThat(vault.read("points").output()).contains(injected.id() + " carries nothing: ");
    }

    @Test
    void aVaultThatWasRolledBackIsFoundByARememberedHead() throws IOException {
        Path object = vault.store().resolve(second.id().objectName());
        Files.delete(object);

        assertThat(vault.read("verify").exitCode()).isZero();

        VaultOnDisk.Ended ended = vault.read(
                "verify",
                "--expect-head",
                first.head().toString(),
                "--expect-head",
                second.head().toString());
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains("LB-VAULT-024", second.head().toString());
        assertThat(ended.output()).doesNotContain("Sound").contains(second.head() + " is not in the vault any more");
    }

    @Test
    void aVaultThatWasRolledBackAndWentOnIsFoundByTheDigest() throws Exception {
        Files.delete(vault.store().resolve(second.id().objectName()));
        vault.put(disk().fill(67, 123));

        assertThat(vault.read("verify", "--expect-head", second.id().toString()).exitCode())
                .isZero();
        assertThat(vault.read("verify", "--expect-head", second.head().toString())
                        .errors())
                .contains("LB-VAULT-024");
    }

    @Test
    void aParentThatRetentionDroppedIsNoFindingAndAnotherInItsPlaceIs() throws Exception {
        Path parent = vault.store().resolve(first.id().objectName());
        Files.delete(parent);
        assertThat(vault.read("verify").exitCode()).isZero();

        Path child = vault.store().resolve(second.id().objectName());
        byte[] kept = Files.readAllBytes(child);
        Files.delete(child);
        vault.put(disk());
        Files.write(child, kept);

        VaultOnDisk.Ended ended = vault.read("verify");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output())
                .contains(second.id().objectName() + ": shop@1-1 is not the point on top of which it was made.");
    }

    @Test
    void readingDataNeedsTheKeyAndGroupsMustExist() {
        assertThat(vault.read("verify", "--read-data").errors()).contains("LB-VAULT-027");
        assertThat(vault.read("verify", "--group", "nobody").errors()).contains("LB-VAULT-011");
        assertThat(vault.read("verify", "--expect-head", "shop").errors()).contains("LB-VAULT-011");
    }

    private Path pack(Point point) {
        return vault.objects("packs").stream()
                .filter(pack -> PackId.ofObjectName(vault.name(pack))
                        .session()
                        .equals(point.manifest().session()))
                .findFirst()
                .orElseThrow();
    }

    /** Where the n-th slot of a kind lies in a pack. */
    private int slot(Path pack, SlotKind kind, int n) throws IOException {
        byte[] content = Files.readAllBytes(pack);
        return PackTable.read(
                        PackId.ofObjectName(vault.name(pack)),
                        content.length,
                        (offset, into) -> into.put(ByteBuffer.wrap(content, (int) offset, into.remaining())))
                .entries()
                .stream()
                .filter(entry -> entry.kind() == kind)
                .skip(n)
                .findFirst()
                .orElseThrow()
                .address()
                .offset();
    }
}
