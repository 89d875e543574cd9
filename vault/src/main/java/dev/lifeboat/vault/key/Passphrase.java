package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A passphrase as the bytes of its file, without one line break at the end. Never shown; closing erases it. Thread-safe
 * until it is closed.
 */
public final class Passphrase implements AutoCloseable {

    /** Longer than any sentence somebody types; what is larger is another file, named by mistake. */
    public static final int MAX_BYTES = 4096;

    private final SecretBytes bytes;

    private Passphrase(byte[] bytes) {
        this.bytes = SecretBytes.adopt(bytes, bytes.length);
    }

    /**
     * Reads a file.
     *
     * @throws LifeboatException {@link ErrorCode#CLI_FILE_UNREADABLE}, also if the file is empty or too large
     */
    public static Passphrase read(Path file) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "The passphrase file %s cannot be read.".formatted(file), e);
        }
        try {
            return of(content, file.toString());
        } finally {
            Erasure.erase(content);
        }
    }

    /**
     * Takes the content of a file.
     *
     * @param source what the content is of, for the failure
     * @throws LifeboatException {@link ErrorCode#CLI_FILE_UNREADABLE}, if it is empty or too large
     */
    public static Passphrase of(byte[] content, String source) {
        if (content.length > MAX_BYTES) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE,
                    "The passphrase file %s has more than %,d bytes: it is some other file."
                            .formatted(source, MAX_BYTES));
        }
        int length = content.length;
        if (length > 0 && content[length - 1] == '\n') {
            length--;
            if (length > 0 && content[length - 1] == '\r') {
                length--;
            }
        }
        if (length == 0) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "The passphrase file %s is empty.".formatted(source));
        }
        return new Passphrase(Arrays.copyOf(content, length));
    }

    byte[] live() {
        return bytes.live();
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return "Passphrase" + bytes;
    }
}
