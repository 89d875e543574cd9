package dev.lifeboat.bench.image;

import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A raw disk image that benches read. They never write to it.
 *
 * @param file the image
 * @param description what is in it
 */
public record BenchImage(Path file, ImageDescription description) {

    private static final int BUFFER_BYTES = 1 << 20;

    /**
     * An image of one's own.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNREADABLE}
     * @throws InterruptedException when the thread is asked to stop
     */
    public static BenchImage own(Path file) throws InterruptedException {
        Path whole = file.toAbsolutePath().normalize();
        if (!Files.isRegularFile(whole) || !Files.isReadable(whole)) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNREADABLE, "%s is no file to read.".formatted(whole));
        }
        ImageDescription description =
                new ImageDescription(whole.toString(), length(whole), allocated(whole), "", 0, 0, 0, 0, List.of());
        return new BenchImage(whole, description);
    }

    /** The SHA-256 of a file in hexadecimal. */
    public static String sha256(Path file) {
        try (InputStream bytes = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (digesting.read(buffer) >= 0) {
                // The digest has seen it.
            }
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "%s could not be read: %s".formatted(file, e), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "%s could not be read: %s".formatted(file, e), e);
        }
    }

    /** What a file with holes takes on disk. The JDK does not tell. */
    static long allocated(Path file) throws InterruptedException {
        String[] blocks =
                Program.of("stat", "--format=%b %B", file.toString()).ask().split(" ", 2);
        return Math.multiplyExact(Long.parseLong(blocks[0]), Long.parseLong(blocks[1]));
    }
}
