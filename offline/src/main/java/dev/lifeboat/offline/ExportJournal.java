package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * How far an export has come, in a file beside the unfinished image: a line that says what is exported, then a line
 * with the offset before which everything is durable. For one thread.
 */
final class ExportJournal {

    private final Path file;
    private final String subject;

    /** @param subject what is exported, in one line; an export of anything else cannot go on from this journal */
    ExportJournal(Path file, String subject) {
        this.file = file;
        this.subject = subject;
    }

    /** Whether an export, this or another, was begun and is not finished. */
    boolean exists() {
        return Files.exists(file);
    }

    /**
     * From where to go on; 0 when there is no journal.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_TARGET_UNUSABLE} when the journal is another export's
     */
    long reached() throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != 2
                || !lines.getFirst().equals(subject)
                || !lines.getLast().matches("[0-9]{1,18}")) {
            throw new LifeboatException(
                    ErrorCode.VAULT_TARGET_UNUSABLE,
                    "%s is left of another export, which is not finished.".formatted(file));
        }
        return Long.parseLong(lines.getLast());
    }

    /** Writes down that everything before the offset is durable. */
    void write(long offset) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        ByteBuffer text = StandardCharsets.UTF_8.encode(subject + "\n" + offset + "\n");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            // Else a loss of power may leave the name without the content, and the export could not go on.
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The export is finished. */
    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
