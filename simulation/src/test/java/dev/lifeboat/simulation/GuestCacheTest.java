package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Folders;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The cache of guest images: what is broken or half built in it is noticed, removed and built again. */
@NeedsLab
class GuestCacheTest {

    private TestLab lab;
    private Path cache;

    @BeforeAll
    static void fillTheCache() throws IOException, InterruptedException {
        TestLab.fillTheCache();
    }

    /** A cache of the test's own, with the images of the real one, so that only scribe's has to be built again. */
    @BeforeEach
    void copyTheCache() throws IOException, InterruptedException {
        lab = TestLab.named("cache");
        cache = Files.createDirectories(lab.scratch("cache/lab"));
        Path real = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")))
                .guestImages();
        for (String image : List.of("base-", "scribe-")) {
            try (Stream<Path> entries = Files.list(real)) {
                for (Path entry : entries.filter(
                                path -> path.getFileName().toString().startsWith(image))
                        .toList()) {
                    Program.of("cp", "-a", entry.toString(), cache.toString()).ask();
                }
            }
        }
        Files.copy(real.resolve("acceleration"), cache.resolve("acceleration"));
    }

    @AfterEach
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void anImageWithOneFlippedBitIsNeverUsed() throws IOException, InterruptedException {
        for (Path image : scribes()) {
            Path disk = image.resolve("disk.qcow2");
            flip(disk, Files.size(disk) / 2);
        }

        ProgramRun up = up().run();

        assertThat(up.exitCode()).as(up.complaint()).isZero();
        assertThat(up.errors()).contains("scribe is damaged", "Guest image scribe: ready");
        assertThat(lab.status().path("scribe").path("answers").asBoolean()).isTrue();
    }

    @Test
    void aBuildThatIsKilledLeavesNothingThatWouldBeTakenForAnImage() throws Exception {
        scribes().forEach(Folders::delete);
        Process build = up().start();
        boolean building = new SystemTimekeeper()
                .await(
                        Duration.ofSeconds(60),
                        Duration.ofMillis(20),
                        () -> names().stream().anyMatch(name -> name.startsWith("building-scribe")));
        assertThat(building).isTrue();
        build.destroyForcibly().waitFor();
        assertThat(names()).noneMatch(name -> name.startsWith("scribe-"));

        lab.command("lab", "down")
                .withVariable("LIFEBOAT_CACHE_DIR", lab.scratch("cache").toString())
                .ask();
        assertThat(names()).noneMatch(name -> name.startsWith("building-"));

        ProgramRun up = up().run();
        assertThat(up.exitCode()).as(up.complaint()).isZero();
        assertThat(up.errors()).contains("Guest image scribe: ready").doesNotContain("Guest image base: ");
    }

    private Program up() {
        return lab.command("lab", "up", "--only", "scribe")
                .withVariable("LIFEBOAT_CACHE_DIR", lab.scratch("cache").toString());
    }

    /** The image of the present recipe, and perhaps one of an earlier one. */
    private List<Path> scribes() {
        return names().stream()
                .filter(name -> name.startsWith("scribe-"))
                .map(cache::resolve)
                .toList();
    }

    private List<String> names() {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flip(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, position);
        }
    }
}
