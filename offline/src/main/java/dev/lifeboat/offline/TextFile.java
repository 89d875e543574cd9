package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files that a person names on the command line. */
final class TextFile {

    private TextFile() {}

    /**
     * All bytes of a file.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNREADABLE}, also when it has more than {@code limit}
     */
    static byte[] bytes(Path file, int limit) {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new LifeboatException(
                        ErrorCode.CLI_FILE_UNREADABLE, "%s has more than %d bytes.".formatted(file, limit));
            }
            return bytes;
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNREADABLE, "%s cannot be read: %s".formatted(file, e), e);
        }
    }

    /** The same as text. */
    static String read(Path file, int limit) {
        return new String(bytes(file, limit), StandardCharsets.UTF_8);
    }
}
