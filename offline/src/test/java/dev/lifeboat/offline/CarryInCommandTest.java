package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.offline.VaultOnDisk.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code lifeboat vault carry-in}, on real folders. */
class CarryInCommandTest {

    private static final int BLOCKS = 700;

    @TempDir
    private Path folder;

    private VaultOnDisk vault;
    private MemoryDisk disk;
    private CarriedFolder carried;

    @BeforeEach
    void load() throws Exception {
        vault = VaultOnDisk.made(folder);
        disk = filled(1);
        carried = CarriedFolder.loaded(vault, Files.createDirectory(folder.resolve("usb")), disk);
    }

    private static MemoryDisk filled(long seed) {
        MemoryDisk disk = new MemoryDisk(BLOCKS);
        for (int block = 0; block < BLOCKS; block++) {
            disk.fill(block, seed * BLOCKS + block);
        }
        return disk;
    }

    private Ended carryIn(String... more) {
        String[] all = new String[4 + more.length];
        all[0] = "carry-in";
        all[1] = "--vault";
        all[2] = vault.url();
        all[3] = carried.path().toString();
        System.arraycopy(more, 0, all, 4, more.length);
        return VaultOnDisk.run(all);
    }

    private void assertPublishes() throws Exception {
        assertThat(vault.read("points").output()).contains("There is no point yet");
        var _ = carried.published(disk);
        Ended verified = vault.readWithKit("verify", "--read-data");
        assertThat(verified.exitCode()).as(verified.output()).isZero();
        assertThat(verified.output()).contains(BLOCKS + " blocks");
    }

    @Test
    void itIsBroughtInAndTheFirstPointStandsOnIt() throws Exception {
        Ended ended = carryIn();

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.output())
                .contains("%d of %d packs"
                        .formatted(carried.packs().size(), carried.packs().size()))
                .contains("Looked at: checksums")
                .contains("The agent goes on by itself");
        assertThat(ended.errors()).contains("left");
        assertPublishes();
    }

    @Test
    void whatOpensWithTheKeysThatAreGivenIsOpened() {
        assertThat(carryIn("--credentials", vault.file("credentials")).output()).contains("sessions and trees");
        assertThat(carryIn("--kit", vault.file("kit")).output()).contains("every block");
    }

    @Test
    void doneAgainItTakesNothing() throws Exception {
        carryIn();
        List<Path> before = vault.objects("");

        JsonNode result = ImageFiles.json(carryIn("-o", "json"));

        assertThat(result.path("carried_packs").asLong()).isZero();
        assertThat(result.path("packs").asLong()).isEqualTo(carried.packs().size());
        assertThat(vault.objects("")).isEqualTo(before);
    }

    @Test
    void aDamagedPackIsNamedAndNotTaken() throws Exception {
        Path pack = carried.packs().getFirst();
        VaultOnDisk.flip(pack, 12_345);

        Ended ended = carryIn();

        assertThat(ended.exitCode()).isEqualTo(5);
        assertThat(ended.errors()).contains(ErrorCode.VAULT_SEED_REFUSED.code());
        assertThat(ended.output())
                .contains("Not taken: " + carried.path().relativize(pack))
                .contains("wrong checksum");
        assertThat(vault.objects("packs")).hasSize(carried.packs().size() - 1);
        VaultOnDisk.flip(pack, 12_345);
        assertThat(carryIn().exitCode()).isZero();
        assertPublishes();
    }

    @Test
    void anotherVaultIsLeftAlone() throws Exception {
        VaultOnDisk other = VaultOnDisk.made(Files.createDirectory(folder.resolve("other")));
        List<Path> before = other.objects("");

        ImageFiles.assertFailed(
                VaultOnDisk.run(
                        "carry-in", "--vault", other.url(), carried.path().toString()),
                ErrorCode.VAULT_FOREIGN);

        assertThat(other.objects("")).isEqualTo(before);
    }

    @Test
    void whatIsNoSuchFolderIsNamed() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (Path wrong : List.of(empty, vault.store(), folder.resolve("nowhere"))) {
            ImageFiles.assertFailed(
                    VaultOnDisk.run("carry-in", "--vault", vault.url(), wrong.toString()),
                    ErrorCode.VAULT_SEED_UNUSABLE);
        }
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void aVaultThatIsFullIsSaidToBeAndTheRestIsTakenOnceThereIsSpace() throws Exception {
        Path own = Files.createDirectory(folder.resolve("small-site"));
        try (SmallFileSystem small = SmallFileSystem.mount(own.resolve("store"), "30m")) {
            vault = VaultOnDisk.made(small.folder());
            carried = CarriedFolder.loaded(vault, Files.createDirectory(own.resolve("usb")), disk);

            ImageFiles.assertFailed(carryIn(), ErrorCode.VAULT_STORE_FULL);

            assertThat(vault.objects("packs")).isNotEmpty();
            small.remount("size=200m");
            JsonNode result = ImageFiles.json(carryIn("-o", "json"));
            assertThat(result.path("carried_packs").asLong())
                    .isBetween(1L, result.path("packs").asLong() - 1);
            assertPublishes();
        }
    }

    @Test
    void killedAtAnyMomentItIsDoneAgain() throws Exception {
        Timekeeper time = VaultOnDisk.context().time();
        ImageVault site = ImageVault.made(Files.createDirectory(folder.resolve("killed")));
        Random random = new Random(20_261_121);
        int killed = 0;
        long longest = 0;
        for (int i = 0; i < 6; i++) {
            vault = site.onDisk();
            disk = filled(i + 2);
            carried = CarriedFolder.loaded(vault, Files.createDirectory(folder.resolve("usb" + i)), disk);
            Duration begin = time.elapsed();
            Process process = site.start(
                    "carry-in", "--vault", vault.url(), carried.path().toString());
            if (longest > 0) {
                boolean ended = process.waitFor(longest / 3 + random.nextLong(longest), TimeUnit.MILLISECONDS);
                killed += ended ? 0 : 1;
                process.destroyForcibly().waitFor();
            } else {
                assertThat(process.waitFor()).isZero();
                longest = time.elapsed().minus(begin).toMillis();
            }
            JsonNode result = ImageFiles.json(carryIn("-o", "json"));
            assertThat(result.path("refused_count").asLong()).isZero();
            var _ = carried.published(disk);
            site.assertSound();
        }
        assertThat(killed).as("runs that were killed before their end").isPositive();
    }
}
