package dev.lifeboat.bench.image;

import dev.lifeboat.model.ByteCount;
import java.util.List;

/**
 * What is in an image, for whoever reads the figures. Kept beside a built image as JSON. Sizes are in bytes.
 *
 * @param file where the image is
 * @param bytes its length, with its holes
 * @param allocatedBytes what it takes on disk
 * @param recipe the key of the {@link ImageRecipe}; empty for an image of one's own
 * @param packageBytes how much is in files of packages
 * @param compressedBytes how much is in files that were compressed already
 * @param randomBytes how much is in random files
 * @param seed the seed of the random files
 * @param packages which packages, in which versions
 */
public record ImageDescription(
        String file,
        long bytes,
        long allocatedBytes,
        String recipe,
        long packageBytes,
        long compressedBytes,
        long randomBytes,
        long seed,
        List<PackageVersion> packages) {

    /** A package whose files are in the image. */
    public record PackageVersion(String name, String version) {}

    public ImageDescription {
        packages = List.copyOf(packages);
    }

    /** In one sentence. */
    public String text() {
        String size = "%s, %s (%s on disk)".formatted(file, new ByteCount(bytes), new ByteCount(allocatedBytes));
        return recipe.isEmpty()
                ? size
                : "%s: %s in files of %d packages, %s compressed already, %s random (seed %d), recipe %s"
                        .formatted(
                                size,
                                new ByteCount(packageBytes),
                                packages.size(),
                                new ByteCount(compressedBytes),
                                new ByteCount(randomBytes),
                                seed,
                                recipe);
    }
}
