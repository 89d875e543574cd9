package dev.lifeboat.vault.local;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * A small JSON file of this host's own, replaced as a whole. One that is damaged counts as none: everything that is in
 * such files can be found out anew. For one thread at a time.
 *
 * @param file where it is
 * @param format what it calls itself
 * @param mostBytes of it; more is not read
 * @param forced whether it has to survive a crash of the computer, and not only of the process
 */
public record StateFile(Path file, String format, int mostBytes, boolean forced) {

    private static final int VERSION = 0;

    /** What it says, if there is one that can be made sense of. */
    public <T> Optional<T> read(Function<StrictJson, T> reader) {
        try {
            if (Files.size(file) > mostBytes) {
                return Optional.empty();
            }
            StrictJson json = StrictJson.parse(Files.readAllBytes(file), mostBytes, this::damaged);
            json.requireFormat(format, VERSION);
            return Optional.of(reader.apply(json));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | LifeboatException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private LifeboatException damaged(String wrong) {
        return new LifeboatException(
                ErrorCode.REPL_STATE_UNUSABLE, "The file %s makes no sense: %s.".formatted(file, wrong));
    }

    /** An empty object of the format, to be filled and written. */
    public ObjectNode begin() {
        return StrictJson.object().put("format", format).put("version", VERSION);
    }

    /** Replaces it. */
    public void write(ObjectNode content) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(StrictJson.encode(content));
                while (bytes.hasRemaining()) {
                    int _ = channel.write(bytes);
                }
                if (forced) {
                    channel.force(true);
                }
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.REPL_STATE_UNUSABLE, "The file %s cannot be written: %s".formatted(file, e), e);
        }
    }

    /** Removes it. */
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.REPL_STATE_UNUSABLE, "The file %s cannot be removed: %s".formatted(file, e), e);
        }
    }
}
