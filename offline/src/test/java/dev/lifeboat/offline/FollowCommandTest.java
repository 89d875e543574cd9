package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.pack.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code lifeboat vault follow}: old images come to a point, and only what differs is moved. */
@SuppressWarnings("NullAway.Init") // made before each test
class FollowCommandTest {

    private static final int MIB = 1 << 20;
    private static final long SEED = 20_261_122;

    @TempDir
    private Path folder;

    private ImageVault vault;
    private Path served;
    private Path old;

    /** The group's points are those of an image that changes; the old image is its first state. */
    @BeforeEach
    void importTwo() throws Exception {
        vault = ImageVault.made(folder);
        served = ImageFiles.make(folder.resolve("served.raw"), 24 * MIB, 1, 70);
        old = Files.copy(served, folder.resolve("old.raw"));
        vault.imported("--disk", "vda=" + served);
        ImageFiles.write(served, 5 * MIB, MIB, 2);
        vault.imported("--disk", "vda=" + served);
    }

    private String[] following(String point, String... more) {
        return Stream.concat(
                        Stream.of(
                                "follow",
                                "--vault",
                                vault.onDisk().url(),
                                "--kit",
                                vault.onDisk().file("kit"),
                                "-o",
                                "json",
                                point,
                                "--disk",
                                "vda=" + old),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private JsonNode followed(String point, String... more) {
        return ImageFiles.json(vault.run(following(point, more)));
    }

    @Test
    void anOldImageIsBroughtToPointsAndThenCommitted() throws Exception {
        Path before = Files.copy(old, folder.resolve("before.raw"));
        JsonNode result = followed("web@1-2", "--known", "web@1-1");
        JsonNode disk = result.path("disks").get(0);
        assertThat(disk.path("way").asString()).as(disk.toString()).isEqualTo("difference");
        assertThat(disk.path("fetched").asLong()).isEqualTo(MIB / Block.SIZE);
        assertThat(disk.path("moved").asLong()).isLessThan(MIB * 12 / 10);
        assertThat(result.path("committed").asBoolean()).isFalse();
        ImageFiles.assertSame(old, before);

        ImageFiles.write(served, 20 * MIB, 100, 3);
        vault.imported("--disk", "vda=" + served);
        JsonNode second = followed("web", "--commit");
        assertThat(second.path("point").asString()).isEqualTo("web@1-3");
        assertThat(second.path("disks").get(0).path("fetched").asLong()).isEqualTo(1);
        ImageFiles.assertSame(old, served);
        assertThat(followed("web", "--commit")
                        .path("disks")
                        .get(0)
                        .path("looked")
                        .asLong())
                .isZero();
        ImageFiles.assertSame(old, served);
    }

    @Test
    void whatIsOnlyOnTheOldImageIsSalvagedBefore() throws Exception {
        ImageFiles.write(old, 9 * MIB, 70_000, 7);
        Path lost = Files.copy(old, folder.resolve("lost.raw"));
        String[] salvaging = {"--salvage", vault.onDisk().file("credentials"), "--commit"};
        JsonNode result = followed("web@1-2", salvaging);
        assertThat(result.path("salvaged").toString()).isEqualTo("[\"web.salvage.web-host@1-1\"]");
        assertThat(result.path("disks").get(0).path("way").asString())
                .as(result.toString())
                .isEqualTo("difference");
        ImageFiles.assertSame(old, served);
        vault.assertExact("web.salvage.web-host@1-1", "vda", lost);
        assertThat(followed("web@1-2", salvaging).path("salvaged").toString()).isEqualTo("[]");
        vault.assertSound();
    }

    @Test
    void withoutAnImageEverythingIsFetched() throws Exception {
        Files.delete(old);
        JsonNode disk = followed("web@1-2", "--commit").path("disks").get(0);
        assertThat(disk.path("way").asString()).isEqualTo("full");
        assertThat(disk.path("reason").asString()).contains("there is no disk");
        ImageFiles.assertSame(old, served);
    }

    @Test
    void aDiskThatThePointDoesNotHaveAndOneNamedTwiceAreRefused() {
        ImageFiles.assertFailed(vault.run(following("web@1-2", "--disk", "vdb=" + old)), ErrorCode.VAULT_DISK_UNKNOWN);
        ImageFiles.assertFailed(vault.run(following("web@1-2", "--disk", "web/vda=" + old)), ErrorCode.CLI_WRONG_USAGE);
    }

    /** Kills it at moments that follow from a seed until it has ended by itself, then compares. */
    private void kill(int times, long seed) throws Exception {
        Random random = new Random(seed);
        int killed = 0;
        for (int i = 0; i < times; i++) {
            ImageFiles.write(old, random.nextLong(20) * MIB, 2 * MIB, random.nextLong());
            Path before = Files.copy(old, folder.resolve("before.raw"));
            ImageFiles.write(served, random.nextLong(20) * MIB, 3 * MIB, random.nextLong());
            vault.imported("--disk", "vda=" + served);
            String[] command = following("web", random.nextBoolean() ? "--commit" : "--as-of=2100-01-01T00:00:00Z");
            for (int attempt = 0; attempt < 3; attempt++) {
                Process process = vault.start(command);
                boolean ended = process.waitFor(300 + random.nextInt(2500), TimeUnit.MILLISECONDS);
                process.destroyForcibly().waitFor();
                killed += ended ? 0 : 1;
                if (!List.of(command).contains("--commit")) {
                    ImageFiles.assertSame(old, before);
                }
            }
            finish();
            ImageFiles.assertSame(old, served);
            Files.delete(before);
        }
        assertThat(killed)
                .as("commands of seed %d that were killed before their end", seed)
                .isPositive();
    }

    /** The kernel may still be ending what a killed command had started, which has a lock on the image until then. */
    private void finish() throws InterruptedException {
        VaultOnDisk.Ended ended = vault.run(following("web", "--commit"));
        for (int i = 0; i < 50 && ended.errors().contains("lock"); i++) {
            VaultOnDisk.context().time().pause(Duration.ofMillis(100));
            ended = vault.run(following("web", "--commit"));
        }
        ImageFiles.json(ended);
    }

    @Test
    void aKilledCommandIsFinishedByTheSameCommand() throws Exception {
        kill(3, SEED);
    }

    @Test
    @Tag("long")
    void manyKilledCommandsAreFinishedByTheSameCommand() throws Exception {
        kill(30, SEED + 1);
    }

    /** What ten minutes at the other site may have written: pieces of 1 MiB, each somewhere in 5 MiB of its own. */
    private static void writeTwoHundredMebibytes(Path image, long seed) throws Exception {
        Random random = new Random(seed);
        for (long piece = 0; piece < 200; piece++) {
            ImageFiles.write(image, piece * 5 * MIB + random.nextLong(1024) * 4096, MIB, random.nextLong());
        }
    }

    @Test
    @Tag("long")
    void twoHundredMebibytesGoHomeWithLittleMore() throws Exception {
        Path large = ImageFiles.make(folder.resolve("large.raw"), 1024L * MIB, 5, 30);
        Path diverged = Files.copy(large, folder.resolve("diverged.raw"));
        Path asItWas = Files.copy(large, folder.resolve("as-it-was.raw"));
        ImageFiles.json(vault.run(vault.importingOf("large", "--disk", "vda=" + large)));
        for (long piece = 0; piece < 10; piece++) {
            ImageFiles.write(diverged, piece * 100 * MIB, MIB, piece);
        }
        writeTwoHundredMebibytes(large, SEED + 2);
        ImageFiles.json(vault.run(vault.importingOf("large", "--disk", "vda=" + large)));
        for (Path image : List.of(asItWas, diverged)) {
            boolean planned = image.equals(asItWas);
            old = image;
            String[] how = planned ? new String[] {"--known", "large@1-1"} : new String[0];
            JsonNode disk = followed("large@1-2", how).path("disks").get(0);
            long changed = (planned ? 200L : 210L) * MIB;
            double ratio = disk.path("moved").asDouble() / changed;
            System.out.printf(
                    "%s: %d bytes differ, %d moved, %.3f times%n",
                    disk.path("way").asString(), changed, disk.path("moved").asLong(), ratio);
            assertThat(ratio).isLessThan(1.2);
            assertThat(disk.path("way").asString()).isEqualTo(planned ? "difference" : "fingerprints");
            followed("large@1-2", "--commit");
            ImageFiles.assertSame(image, large);
        }
    }
}
