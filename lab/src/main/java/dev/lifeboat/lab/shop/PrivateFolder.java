package dev.lifeboat.lab.shop;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder that only its owner can enter. It is removed with all that is in it when it is closed, and also
 * when the program is told to end while it is open. Thread-safe.
 */
public final class PrivateFolder implements AutoCloseable {

    /** A program that was killed while it filled the folder may write on for a moment. */
    private static final int REMOVALS = 100;

    private final Path path;
    private final Thread removal;

    private PrivateFolder(Path path) {
        this.path = path;
        removal = new Thread(this::remove, "removal of " + path);
    }

    /**
     * Makes one.
     *
     * @param parent an existing folder with room for what will be put in
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE}
     */
    public static PrivateFolder in(Path parent) {
        try {
            PrivateFolder folder = new PrivateFolder(Files.createTempDirectory(parent, "lifeboat-"));
            Runtime.getRuntime().addShutdownHook(folder.removal);
            return folder;
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "No temporary folder could be made in %s.".formatted(parent), e);
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Removes it.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_LEFTOVERS} when something in it cannot be removed
     */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(removal);
        } catch (IllegalStateException e) {
            // The program is ending, and the removal is under way or about to be.
            return;
        }
        IOException failure = remove();
        if (failure != null) {
            throw new LifeboatException(
                    ErrorCode.LAB_LEFTOVERS, "The temporary folder %s could not be removed.".formatted(path), failure);
        }
    }

    private @Nullable IOException remove() {
        IOException failure = null;
        for (int attempt = 0; attempt < REMOVALS && Files.exists(path); attempt++) {
            try {
                Files.walkFileTree(path, new Removal());
                return null;
            } catch (IOException e) {
                failure = e;
            }
        }
        return failure;
    }

    /** Links are removed, not followed. */
    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
