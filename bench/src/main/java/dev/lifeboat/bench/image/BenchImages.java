package dev.lifeboat.bench.image;

import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.host.Folders;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cache of built images. Each has a folder named after its recipe:
 *
 * <pre>
 * image-KEY/image.raw    an ext4 file system, with holes
 * image-KEY/image.json   its {@link ImageDescription}
 * </pre>
 *
 * The folder appears at once, when the image is whole. Two processes may build the same image side by side; the second
 * to end throws its own away.
 */
public final class BenchImages {

    private static final String IMAGE = "image.raw";
    private static final String DESCRIPTION = "image.json";

    /** Files of packages, the packages, the added files and the image, all at once, and some room. */
    private static final int SPACE_FACTOR = 4;

    /** Gigabytes copied on a slow disk. */
    private static final Duration MAKE_LIMIT = Duration.ofMinutes(30);

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Path folder;
    private final PackageArchive archive;
    private final Consumer<String> progress;

    BenchImages(Path folder, PackageArchive archive, Consumer<String> progress) {
        this.folder = folder.toAbsolutePath().normalize();
        this.archive = archive;
        this.progress = progress;
    }

    /** The cache in this folder, filled with packages from this host's usual archive. */
    public static BenchImages in(Path folder, Consumer<String> progress) {
        return new BenchImages(folder, new AptArchive(), progress);
    }

    /**
     * The image of this recipe, built when it is not there yet, which takes minutes and a download.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_NO_SPACE}, {@link ErrorCode#HOST_PROGRAM_FAILED} or
     *     {@link ErrorCode#CLI_FILE_UNWRITABLE}; nothing is left behind
     * @throws InterruptedException when the thread is asked to stop; nothing is left behind
     */
    public BenchImage of(ImageRecipe recipe) throws InterruptedException {
        Path place = folder.resolve("image-" + recipe.key());
        try {
            if (!Files.exists(place.resolve(DESCRIPTION))) {
                Files.createDirectories(folder);
                Folders.requireSpace(
                        folder, new ByteCount(SPACE_FACTOR * recipe.files().bytes()), "to build the bench image");
                build(recipe, place);
            }
            return new BenchImage(place.resolve(IMAGE), read(place.resolve(DESCRIPTION)));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "The bench image %s could not be made: %s".formatted(place, e), e);
        }
    }

    private void build(ImageRecipe recipe, Path place) throws IOException, InterruptedException {
        try (PrivateFolder work = PrivateFolder.in(folder)) {
            ImageContents contents = new ImageContents(work.path(), archive, progress);
            contents.fill(recipe);
            Path ready = Files.createDirectory(work.path().resolve("ready"));
            Path image = ready.resolve(IMAGE);
            progress.accept("Making the file system");
            Program.of("mke2fs", "-q", "-t", "ext4", "-b", "4096", "-d")
                    .with(contents.root().toString(), image.toString(), contents.imageMebibytes() + "M")
                    .within(MAKE_LIMIT)
                    .run()
                    .orThrow();
            ImageDescription description = new ImageDescription(
                    place.resolve(IMAGE).toString(),
                    BenchImage.length(image),
                    BenchImage.allocated(image),
                    recipe.key(),
                    contents.packageBytes(),
                    contents.compressedBytes(),
                    contents.randomBytes(),
                    recipe.seed(),
                    contents.packages());
            Files.writeString(ready.resolve(DESCRIPTION), Document.of(description, OutputFormat.json));
            putInPlace(ready, place);
            progress.accept("Built " + description.text());
        }
    }

    private void putInPlace(Path ready, Path place) throws IOException {
        try {
            Files.move(ready, place, StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(folder);
        } catch (FileSystemException e) {
            if (!Files.exists(place.resolve(DESCRIPTION))) {
                throw e;
            }
            progress.accept("Somebody else has built the same image meanwhile");
        }
    }

    private static ImageDescription read(Path file) {
        try {
            return JSON.readValue(file.toFile(), ImageDescription.class);
        } catch (JacksonException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE,
                    "%s does not describe an image; remove its folder to have it built again: %s"
                            .formatted(file, e.getOriginalMessage()),
                    e);
        }
    }
}
