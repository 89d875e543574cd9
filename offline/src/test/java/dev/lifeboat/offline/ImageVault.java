package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A vault to which images are imported and from which they are exported, in this process or in one of their own. */
final class ImageVault {

    /** A leaf of the tree: the smallest step of an export. */
    static final ByteCount LEAF = new ByteCount(4 << 20);

    private final Path folder;
    private final VaultOnDisk vault;

    private ImageVault(Path folder, VaultOnDisk vault) {
        this.folder = folder;
        this.vault = vault;
    }

    /**
     * Makes it.
     *
     * @param folder for all that is not the vault, such as the cache
     * @param ofVault the folder of the vault
     */
    static ImageVault made(Path folder, Path ofVault) {
        return new ImageVault(folder, VaultOnDisk.made(ofVault));
    }

    static ImageVault made(Path folder) {
        return made(folder, folder);
    }

    VaultOnDisk onDisk() {
        return vault;
    }

    VaultOnDisk.Ended run(String... command) {
        return VaultOnDisk.run(ChildCommands.root(folder.resolve("cache"), LEAF), command);
    }

    /** Begins it in a process of its own. */
    Process start(String... command) throws IOException {
        return builder(command).start();
    }

    ProcessBuilder builder(String... command) throws IOException {
        // What a killed process leaves goes with the folder.
        Files.createDirectories(folder.resolve("tmp"));
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-cp",
                System.getProperty("java.class.path"),
                ChildCommands.class.getName(),
                folder.resolve("cache").toString(),
                Long.toString(LEAF.bytes())));
        all.addAll(List.of(command));
        return new ProcessBuilder(all)
                .redirectError(folder.resolve("child-errors").toFile());
    }

    /** The command line that imports disks of the machine {@code web}. */
    String[] importing(String... disks) {
        return importingOf("web", disks);
    }

    String[] importingOf(String machine, String... more) {
        return Stream.concat(
                        Stream.of(
                                "import",
                                "--vault",
                                vault.url(),
                                "--credentials",
                                vault.file("credentials"),
                                "--machine",
                                machine,
                                "-o",
                                "json"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The command line that exports the disk {@code vda}. */
    String[] exporting(String point, Path image, String... more) {
        boolean named = List.of(more).contains("--disk");
        return Stream.of(
                        Stream.of("export", "--vault", vault.url(), "--kit", vault.file("kit"), "-o", "json"),
                        Stream.of(point, image.toString()),
                        Stream.of(more),
                        named ? Stream.<String>of() : Stream.of("--disk", "vda"))
                .flatMap(part -> part)
                .toArray(String[]::new);
    }

    JsonNode imported(String... disks) {
        return ImageFiles.json(run(importing(disks)));
    }

    /** The disk of a point is this image, byte for byte. */
    void assertExact(String point, String disk, Path image) throws IOException {
        Path copy = folder.resolve("copy-to-compare");
        ImageFiles.json(run(exporting(point, copy, "--disk", disk)));
        ImageFiles.assertSame(copy, image);
        Files.delete(copy);
    }

    void assertSound() {
        VaultOnDisk.Ended ended = vault.readWithKit("verify", "--read-data");
        assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isZero();
    }

    List<String> points() {
        List<String> points = new ArrayList<>();
        ImageFiles.json(vault.read("points", "-o", "json"))
                .forEach(entry -> points.add(
                        entry.path("id").asString() + " " + entry.path("state").asString()));
        return points;
    }
}
