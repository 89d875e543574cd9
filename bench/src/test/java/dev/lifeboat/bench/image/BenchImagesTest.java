package dev.lifeboat.bench.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.SearchPath;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of tiny packages that are made here; nothing is fetched. */
class BenchImagesTest {

    private static final int FILE_BYTES = 300_000;
    private static final ImageRecipe RECIPE =
            new ImageRecipe(List.of("one", "two", "three"), new ByteCount(500_000), 20, 20, 7);

    @TempDir
    private Path folder;

    private final List<String> fetched = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();

    @Test
    void anImageHasFilesOfPackagesCompressedOnesAndRandomOnes() throws IOException, InterruptedException {
        assumePrograms();

        BenchImage image = images().of(RECIPE);

        ImageDescription description = image.description();
        assertThat(description.recipe()).isEqualTo(RECIPE.key());
        assertThat(description.packageBytes()).isEqualTo(2 * FILE_BYTES);
        assertThat(description.compressedBytes()).isGreaterThanOrEqualTo(100_000);
        assertThat(description.randomBytes()).isEqualTo(100_000);
        assertThat(description.seed()).isEqualTo(7);
        assertThat(description.packages()).extracting("version").containsOnly("1.5-2");
        assertThat(description.bytes()).isEqualTo(Files.size(image.file()));
        assertThat(description.allocatedBytes()).isBetween(800_000L, description.bytes());
        assertThat(listing(image, "/one")).contains("payload");
        assertThat(listing(image, "/compressed")).contains("one.deb");
        assertThat(listing(image, "/random")).contains("000.bin");
        assertThat(description.text()).contains("recipe " + RECIPE.key(), "seed 7");
    }

    @Test
    void anImageIsBuiltOnceAndNothingElseIsLeft() throws IOException, InterruptedException {
        assumePrograms();

        BenchImage first = images().of(RECIPE);
        List<String> afterFirst = List.copyOf(fetched);
        BenchImage second = images().of(RECIPE);

        assertThat(second).isEqualTo(first);
        assertThat(fetched).isEqualTo(afterFirst).isNotEmpty();
        try (Stream<Path> left = Files.list(folder.resolve("images"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void anotherRecipeGivesAnotherImage() {
        ImageRecipe otherSeed = new ImageRecipe(RECIPE.packages(), RECIPE.files(), 20, 20, 8);
        ImageRecipe otherPackages = new ImageRecipe(List.of("one"), RECIPE.files(), 20, 20, 7);

        assertThat(Stream.of(RECIPE, otherSeed, otherPackages).map(ImageRecipe::key))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[0-9a-f]{8}"));
    }

    @Test
    void packagesThatAreTooSmallAreRefusedAndNothingIsLeft() throws IOException {
        assumePrograms();
        ImageRecipe tooMuch = new ImageRecipe(List.of("one"), new ByteCount(500_000), 20, 20, 7);

        assertThatThrownBy(() -> images().of(tooMuch))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLI_WRONG_USAGE));

        try (Stream<Path> left = Files.list(folder.resolve("images"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theUsualRecipeIsSpreadAsTheGatesAreStated() {
        ImageRecipe usual = ImageRecipe.ofFiles(ImageRecipe.USUAL_FILES);

        assertThat(usual.packages()).doesNotHaveDuplicates().hasSizeGreaterThan(30);
        assertThat(usual.compressed().bytes()).isEqualTo(usual.files().bytes() / 100 * 20);
        assertThat(usual.random()).isEqualTo(usual.compressed());
    }

    @Test
    void anImageOfOnesOwnIsDescribedByItsSize() throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("mine.raw"), "abc".getBytes(StandardCharsets.US_ASCII));

        BenchImage own = BenchImage.own(file);

        assertThat(own.description().bytes()).isEqualTo(3);
        assertThat(own.description().text()).startsWith(file + ", 3 B");
        // FIPS 180-2, appendix B.1.
        assertThat(BenchImage.sha256(file))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatThrownBy(() -> BenchImage.own(folder))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLI_FILE_UNREADABLE));
    }

    private BenchImages images() {
        return new BenchImages(folder.resolve("images"), this::make, progress::add);
    }

    /** A package with one file that hardly compresses. */
    private DebianPackage make(String name, Path into) throws InterruptedException {
        fetched.add(name);
        try {
            Path tree = Files.createDirectories(folder.resolve("tree-" + fetched.size()));
            Files.createDirectory(tree.resolve("DEBIAN"));
            Files.writeString(tree.resolve("DEBIAN/control"), """
                    Package: %s
                    Version: 1.5-2
                    Architecture: all
                    Maintainer: Nobody <nobody@example.org>
                    Description: a test
                    """.formatted(name));
            byte[] payload = new byte[FILE_BYTES];
            new java.util.Random(name.hashCode()).nextBytes(payload);
            Files.write(tree.resolve("payload"), payload);
            Path file = into.resolve(name + "_1.5-2_all.deb");
            Program.of("dpkg-deb", "--build", tree.toString(), file.toString())
                    .run()
                    .orThrow();
            return new DebianPackage(name, AptArchive.versionOf(file), file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String listing(BenchImage image, String path) throws InterruptedException {
        return Program.of("debugfs", "-R", "ls -p " + path, image.file().toString())
                .ask();
    }

    private static void assumePrograms() {
        SearchPath path = SearchPath.of(System.getenv().getOrDefault("PATH", ""));
        for (String program : List.of("dpkg-deb", "mke2fs", "debugfs")) {
            assumeTrue(path.folderOf(program).isPresent(), program + " is not installed");
        }
    }
}
