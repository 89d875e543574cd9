package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.image.BenchImages;
import dev.lifeboat.bench.image.ImageRecipe;
import dev.lifeboat.bench.tool.MeasuredTool;
import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all benches take. */
final class BenchOptions {

    /** More tells nothing new, and takes days. */
    private static final int MOST_ROUNDS = 100;

    private static final String USUAL_ROUNDS = "3";

    @Option(
            names = "--against",
            split = ",",
            paramLabel = "PEER",
            description =
                    "Measure these beside Lifeboat: restic, borg, qemu-img; with --live, virtnbdbackup (default: all that"
                            + " can do it).")
    private List<String> against = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = USUAL_ROUNDS,
            description = "Measure so often and take medians (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "Take this raw disk image. Without it one is built from Debian's packages, once, and kept.")
    private @Nullable Path image;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = ByteCountConverter.class,
            description = "Build the image with at least so much in files of packages (default: 4G). It is 1.9 times as"
                    + " much with compressed and random files, and room.")
    private @Nullable ByteCount size;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Work below this folder: its file system is what is measured (default: in the cache).")
    private @Nullable Path folder;

    int rounds() {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "--rounds takes a number from 1 to %d, not %d.".formatted(MOST_ROUNDS, rounds));
        }
        return rounds;
    }

    /** Those that were asked for, of those that can do it; without a wish, all of them. */
    <T extends MeasuredTool> List<T> peers(List<T> able) {
        return against.isEmpty()
                ? able
                : new LinkedHashSet<>(against)
                        .stream().map(name -> named(name, able)).toList();
    }

    private static <T extends MeasuredTool> T named(String name, List<T> able) {
        return able.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE,
                        "'%s' cannot be measured here; --against takes %s."
                                .formatted(
                                        name,
                                        String.join(
                                                ", ",
                                                able.stream()
                                                        .map(MeasuredTool::name)
                                                        .toList()))));
    }

    /** The image that was named, or the one that is built. */
    BenchImage image(BenchContext context, Consumer<String> progress) throws InterruptedException {
        if (image != null) {
            if (size != null) {
                throw new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE, "--size is for the image that is built; --image names another.");
            }
            return BenchImage.own(image);
        }
        ByteCount files = Objects.requireNonNullElse(size, ImageRecipe.USUAL_FILES);
        if (files.compareTo(ImageRecipe.LEAST_FILES) < 0) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "--size takes at least %s.".formatted(ImageRecipe.LEAST_FILES));
        }
        return BenchImages.in(context.images(), progress).of(ImageRecipe.ofFiles(files));
    }

    /** Whether a wish was made that only an image can fulfil. */
    boolean namesImageOrPeer() {
        return image != null || size != null || !against.isEmpty();
    }

    /** An empty folder on the file system that is to be measured. */
    PrivateFolder workFolder(BenchContext context) {
        return context.workFolder(Optional.ofNullable(folder));
    }

    BenchRun run(PrivateFolder work, int howOften, Consumer<String> progress) {
        return new BenchRun(work.path(), howOften, PageCache.ofThisHost(), progress);
    }
}
