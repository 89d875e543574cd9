package dev.lifeboat.bench.image;

import dev.lifeboat.bench.image.ImageDescription.PackageVersion;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The tree of files that becomes an image. A package that has been unpacked gives its own file to the compressed ones
 * as long as these are too few; the packages behind it in the list are fetched only for that.
 */
final class ImageContents {

    private static final Duration UNPACK_LIMIT = Duration.ofMinutes(10);

    /** Files of this size, so that there are several. */
    private static final int RANDOM_FILE_BYTES = 64 << 20;

    private static final int BUFFER_BYTES = 1 << 20;
    private static final String GENERATOR = "L64X128MixRandom";

    /** Free space in the image, in percent: a file system that is full is not a usual one. */
    private static final int ROOM_PERCENT = 25;

    /** The journal and the tables of the file system. */
    private static final ByteCount TABLES = ByteCount.ofMebibytes(48);

    /** Files take whole blocks. */
    private static final int FILE_BLOCK_BYTES = 4096;

    private final Path root;
    private final Path downloads;
    private final PackageArchive archive;
    private final Consumer<String> progress;
    private final List<PackageVersion> packages = new ArrayList<>();
    private long packageBytes;
    private long compressedBytes;
    private long randomBytes;
    private long blockBytes;

    ImageContents(Path work, PackageArchive archive, Consumer<String> progress) throws IOException {
        this.root = Files.createDirectory(work.resolve("root"));
        this.downloads = Files.createDirectory(work.resolve("downloads"));
        this.archive = archive;
        this.progress = progress;
    }

    /** Puts everything that the recipe names under {@link #root}. */
    void fill(ImageRecipe recipe) throws IOException, InterruptedException {
        Path compressed = Files.createDirectory(root.resolve("compressed"));
        for (String name : recipe.packages()) {
            boolean wantsFiles = packageBytes < recipe.files().bytes();
            boolean wantsCompressed = compressedBytes < recipe.compressed().bytes();
            if (!wantsFiles && !wantsCompressed) {
                break;
            }
            progress.accept("Fetching %s; %s of files so far".formatted(name, new ByteCount(packageBytes)));
            DebianPackage fetched = archive.fetch(name, Files.createDirectory(downloads.resolve(name)));
            packages.add(new PackageVersion(name, fetched.version()));
            if (wantsFiles) {
                unpack(fetched);
            }
            if (wantsCompressed) {
                compressedBytes += Files.size(fetched.file());
                Files.move(fetched.file(), compressed.resolve(name + ".deb"));
            } else {
                Files.delete(fetched.file());
            }
        }
        if (packageBytes < recipe.files().bytes()
                || compressedBytes < recipe.compressed().bytes()) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "The packages of the recipe have %s of files and are themselves %s; asked for were %s and %s."
                            .formatted(
                                    new ByteCount(packageBytes),
                                    new ByteCount(compressedBytes),
                                    recipe.files(),
                                    recipe.compressed()));
        }
        progress.accept("Writing %s of random bytes, seed %d".formatted(recipe.random(), recipe.seed()));
        writeRandom(recipe.random().bytes(), recipe.seed());
    }

    private void unpack(DebianPackage fetched) throws IOException, InterruptedException {
        Path into = Files.createDirectory(root.resolve(fetched.name()));
        Program.of("dpkg-deb", "--extract", fetched.file().toString(), into.toString())
                .within(UNPACK_LIMIT)
                .run()
                .orThrow();
        Files.walkFileTree(into, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    packageBytes += attributes.size();
                    blockBytes += inBlocks(attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                blockBytes += FILE_BLOCK_BYTES;
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void writeRandom(long wanted, long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of(GENERATOR).create(seed);
        Path folder = Files.createDirectory(root.resolve("random"));
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int file = 0; randomBytes < wanted; file++) {
            long end = Math.min(wanted, randomBytes + RANDOM_FILE_BYTES);
            try (OutputStream into = Files.newOutputStream(folder.resolve("%03d.bin".formatted(file)))) {
                while (randomBytes < end) {
                    random.nextBytes(buffer);
                    int length = (int) Math.min(buffer.length, end - randomBytes);
                    into.write(buffer, 0, length);
                    randomBytes += length;
                }
            }
        }
    }

    Path root() {
        return root;
    }

    /** How large the image has to be. */
    long imageMebibytes() {
        long contents = blockBytes + inBlocks(compressedBytes) + inBlocks(randomBytes);
        return ((contents / 100 * (100 + ROOM_PERCENT) + TABLES.bytes()) >> 20) + 1;
    }

    List<PackageVersion> packages() {
        return List.copyOf(packages);
    }

    long packageBytes() {
        return packageBytes;
    }

    long compressedBytes() {
        return compressedBytes;
    }

    long randomBytes() {
        return randomBytes;
    }

    private static long inBlocks(long bytes) {
        return Math.ceilDiv(bytes, FILE_BLOCK_BYTES) * FILE_BLOCK_BYTES;
    }
}
