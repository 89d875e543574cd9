package dev.lifeboat.lab;

import dev.lifeboat.host.Folders;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cache of guest images. Building one takes minutes, so each is built once and kept outside of every checkout.
 *
 * <pre>
 * ROOT/
 *   NAME-KEY/            a finished image: the recipe's files, and `contents` with their sizes and hashes
 *   NAME-KEY.log         what was said while building it failed
 *   building-…/          being built; nothing unless somebody holds `lock`
 *   lock
 * </pre>
 *
 * <p>An image appears under its name by one rename, after everything in it was written and synced: a build that was
 * killed leaves only a {@code building-} folder, which the next build removes. What is taken from the cache is checked
 * against its hash on the way, and an image that fails is thrown away and built again.
 */
public final class GuestImages {

    /** A build downloads some hundred packages and runs a few package scripts; a slow archive may take long. */
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(40);

    private static final Duration BUILD_DEATH_LIMIT = Duration.ofSeconds(20);

    /** The marker is kept as an argument, so that the init of the build's namespaces is found by it. */
    private static final String BUILD = "exec sh \"$0\" \"$1\" \"$3\" 2>\"$2\"";

    private static final Duration UNPACK_LIMIT = Duration.ofMinutes(5);
    private static final Duration OTHER_BUILD_LIMIT = Duration.ofMinutes(60);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int KEPT_VERSIONS = 2;
    private static final String BUILDING = "building-";

    private final Path root;
    private final Timekeeper time;
    private final Consumer<String> progress;

    /**
     * A cache below this folder.
     *
     * @param progress is told, in a line each, what is being built
     */
    public GuestImages(Path root, Timekeeper time, Consumer<String> progress) {
        this.root = root.toAbsolutePath().normalize();
        this.time = time;
        this.progress = progress;
    }

    /** The folder of the image of this name, built if the cache has none that is whole. */
    Path image(String name) throws InterruptedException {
        GuestRecipe recipe = GuestRecipe.named(name);
        Path folder = folder(recipe);
        if (ImageContents.areComplete(folder)) {
            return folder;
        }
        try (FileLock _ = awaitLock()) {
            removeHalfBuilt();
            buildIfMissing(recipe);
        }
        return folder;
    }

    Path root() {
        return root;
    }

    /** Whether every image that these machines need is there, so that nothing will have to be built. */
    boolean has(List<Machine> machines) {
        return machines.stream()
                .flatMap(machine -> machine.disks().stream())
                .allMatch(disk -> ImageContents.areComplete(folder(GuestRecipe.named(disk.image()))));
    }

    /**
     * Copies a file of an image, checking it on the way. The copy appears under its name only when it is whole.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE} when it cannot be written, for instance
     *     because the disk is full
     */
    public void copy(String image, String file, Path target) throws InterruptedException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            if (!ImageContents.copyVerified(image(image), file, partial)) {
                progress.accept("The cached image %s is damaged; building it again".formatted(image));
                discard(image);
                if (!ImageContents.copyVerified(image(image), file, partial)) {
                    throw new LifeboatException(
                            ErrorCode.LAB_GUEST_NOT_BUILT,
                            "The image %s was built and is damaged again: look at the disk of %s."
                                    .formatted(image, root));
                }
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be copied to %s: %s".formatted(file, target, e), e);
        }
    }

    /** Unpacks the system of an image into a folder, so that its programs can be run over files of this computer. */
    public void unpackRoot(String image, Path folder) throws InterruptedException {
        Path archive = image(image).resolve("rootfs.tar");
        Program.of("tar", "--extract", "--file", archive.toString(), "--directory", folder.toString())
                .with("--numeric-owner", "--xattrs", "--xattrs-include=*")
                .within(UNPACK_LIMIT)
                .ask();
    }

    /** Removes what a build that was killed left behind: processes and files. Does nothing while a build runs. */
    void sweep() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (FileLock lock = FileLock.tryTake(root.resolve("lock")).orElse(null)) {
            if (lock != null) {
                removeHalfBuilt();
            }
        }
    }

    private Path folder(GuestRecipe recipe) {
        return root.resolve(recipe.name() + "-" + recipe.key());
    }

    private void discard(String image) throws InterruptedException {
        try (FileLock _ = awaitLock()) {
            Folders.delete(folder(GuestRecipe.named(image)));
        }
    }

    private FileLock awaitLock() throws InterruptedException {
        Duration deadline = time.elapsed().plus(OTHER_BUILD_LIMIT);
        Optional<FileLock> lock = FileLock.tryTake(root.resolve("lock"));
        if (lock.isEmpty()) {
            progress.accept("Waiting for another process that builds guest images");
        }
        while (lock.isEmpty()) {
            if (time.elapsed().compareTo(deadline) > 0) {
                throw new LifeboatException(
                        ErrorCode.LAB_GUEST_NOT_BUILT,
                        "Another process has been building guest images in %s for an hour.".formatted(root));
            }
            time.pause(LOOK_AGAIN);
            lock = FileLock.tryTake(root.resolve("lock"));
        }
        return lock.get();
    }

    private void buildIfMissing(GuestRecipe recipe) throws InterruptedException {
        Path folder = folder(recipe);
        if (ImageContents.areComplete(folder)) {
            return;
        }
        if (recipe.parent().isPresent()) {
            buildIfMissing(recipe.parent().get());
        }
        Path work = root.resolve(BUILDING + recipe.name() + "-" + recipe.key());
        try {
            Folders.delete(folder);
            Files.createDirectories(work.resolve("out"));
            build(recipe, work);
            ImageContents.record(work.resolve("out"));
            Files.move(work.resolve("out"), folder, StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(root);
            removeOutdated(recipe);
            progress.accept("Guest image %s: ready".formatted(recipe.name()));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.LAB_GUEST_NOT_BUILT,
                    "The guest image %s could not be written: %s".formatted(recipe.name(), e),
                    e);
        } finally {
            killBuilds();
            Folders.delete(work);
        }
    }

    /** Keeps the image that is newest but one, for whoever goes back and forth between two versions of a recipe. */
    private void removeOutdated(GuestRecipe recipe) throws IOException {
        Pattern ofRecipe = Pattern.compile(Pattern.quote(recipe.name()) + "-\\p{XDigit}+");
        Comparator<Path> byAge =
                Comparator.comparingLong(folder -> folder.toFile().lastModified());
        try (Stream<Path> entries = Files.list(root)) {
            entries.filter(entry ->
                            ofRecipe.matcher(entry.getFileName().toString()).matches())
                    .sorted(byAge.reversed())
                    .skip(KEPT_VERSIONS)
                    .toList()
                    .forEach(Folders::delete);
        }
    }

    /** Runs the recipe in namespaces of its own: what it mounts or starts goes when it ends, however it ends. */
    private void build(GuestRecipe recipe, Path work) throws InterruptedException, IOException {
        Path own = recipe.unpack(work.resolve("recipe"));
        Path log = work.resolve("log");
        Program program = Program.of(
                        "setsid", "--wait", "unshare", "--mount", "--propagation=private", "--pid", "--fork")
                .with("--kill-child", "--mount-proc", "sh", "-c", BUILD)
                .with(own.resolve("build.sh").toString(), work.resolve("out").toString(), log.toString(), marker())
                .withVariable("RECIPE", own.toString())
                .withVariable("COMMON", own.resolveSibling("common").toString())
                .within(BUILD_LIMIT)
                .showing(stage -> progress.accept("Guest image %s: %s".formatted(recipe.name(), stage)));
        if (recipe.parent().isPresent()) {
            program =
                    program.withVariable("PARENT", folder(recipe.parent().get()).toString());
        }
        progress.accept("Guest image %s: building (once; it is kept in %s)".formatted(recipe.name(), root));
        ProgramRun run = program.run();
        if (!run.succeeded()) {
            Path kept = root.resolve(recipe.name() + "-" + recipe.key() + ".log");
            Files.move(log, kept, StandardCopyOption.REPLACE_EXISTING);
            throw new LifeboatException(
                    ErrorCode.LAB_GUEST_NOT_BUILT,
                    "Building the guest image %s failed; the log is %s. It ends with:%n  %s"
                            .formatted(recipe.name(), kept, ProgramRun.lastLines(Files.readString(kept))));
        }
    }

    private void removeHalfBuilt() {
        killBuilds();
        try (Stream<Path> entries = Files.list(root)) {
            entries.filter(entry -> entry.getFileName().toString().startsWith(BUILDING))
                    .forEach(Folders::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills what is left of a build, with all that runs in its namespaces, and waits until it is gone. */
    private void killBuilds() {
        try {
            boolean gone = time.await(BUILD_DEATH_LIMIT, Duration.ofMillis(20), () -> {
                List<ProcessTable.Entry> left = ProcessTable.withArgument(marker());
                left.forEach(entry -> ProcessHandle.of(entry.id()).ifPresent(ProcessHandle::destroyForcibly));
                return left.isEmpty();
            });
            if (!gone) {
                throw new LifeboatException(
                        ErrorCode.LAB_LEFTOVERS, "A build of guest images in %s cannot be killed.".formatted(root));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String marker() {
        return "lifeboat-guest-build:" + root;
    }
}
