package dev.lifeboat.vault.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes large objects past the page cache (man open(2), {@code O_DIRECT}): a pack is written once and read when a
 * disaster has come, so that keeping it in memory takes memory and processor from others. Only whole pages can be
 * written so; the rest of a file is written as usual. Static and without state.
 */
final class UncachedWriting {

    private static final int PAGE = 4096;

    /** Large enough for a disk's full speed, small enough for the processor's cache. */
    private static final int STEP = 1 << 20;

    /**
     * The JDK has the option in a class outside of its standard, which a compiler warns of; so it is asked for by name.
     */
    private static final Optional<OpenOption> DIRECT = Arrays.stream(namedOptions())
            .filter(option -> option.toString().equals("DIRECT"))
            .findFirst();

    private UncachedWriting() {}

    private static OpenOption[] namedOptions() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Arrays.copyOf(options, options.length, OpenOption[].class);
        } catch (ClassNotFoundException e) {
            return new OpenOption[0];
        }
    }

    /**
     * Writes the begin of a content to the begin of a file.
     *
     * @return how many bytes were written; 0 for a small content, and where the file system does not offer it
     * @throws IOException when it began and could not go on
     */
    static int write(Path file, ByteBuffer content) throws IOException {
        if (DIRECT.isEmpty() || content.remaining() < STEP) {
            return 0;
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS, DIRECT.get());
        } catch (IOException | UnsupportedOperationException e) {
            return 0;
        }
        try (channel) {
            return write(channel, content);
        }
    }

    private static int write(FileChannel channel, ByteBuffer content) throws IOException {
        ByteBuffer step = ByteBuffer.allocateDirect(STEP + PAGE).alignedSlice(PAGE);
        int pages = content.remaining() / PAGE * PAGE;
        int done = 0;
        while (done < pages) {
            int length = Math.min(STEP, pages - done);
            step.clear().put(content.slice(content.position() + done, length)).flip();
            int written;
            try {
                written = channel.write(step, done);
            } catch (IOException e) {
                if (done == 0) {
                    // Some file systems take the flag and then no writing; a full one will say so again.
                    return 0;
                }
                throw e;
            }
            if (written != length) {
                return done + written / PAGE * PAGE;
            }
            done += length;
        }
        return done;
    }
}
