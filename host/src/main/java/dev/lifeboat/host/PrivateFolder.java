package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder that only its owner can enter, removed with all that is in it when it is closed. */
public final class PrivateFolder implements AutoCloseable {

    private final Path path;

    private PrivateFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes one.
     *
     * @param parent an existing folder with room for what will be put in
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE}
     */
    public static PrivateFolder in(Path parent) {
        try {
            return new PrivateFolder(Files.createTempDirectory(parent, "lifeboat-"));
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
     * @throws LifeboatException with {@link ErrorCode#HOST_FOLDER_NOT_REMOVED} when something in it cannot be removed
     */
    @Override
    public void close() {
        Folders.delete(path);
    }
}
