package dev.lifeboat.lab.shop;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The file in which the customer remembers the orders that were confirmed to it. The customer is the judge, so its
 * memory has to survive its own sudden death: each confirmation is on the disk before the next order is placed.
 *
 * <p>The layout (see {@code docs/formats/shop-books.md}), UTF-8, each line ended by a line feed:
 *
 * <pre>
 * lifeboat-notebook 1
 * number TAB token TAB item TAB quantity TAB checksum TAB confirmed at, milliseconds since 1970
 * …
 * </pre>
 *
 * <p>A last line without its line feed is the trace of a crash: readers ignore it and the next writer cuts it off.
 * Anything else that is not as above makes the notebook unreadable, for a judge with gaps in its memory is none.
 *
 * <p>An open notebook is locked against other writers. Not thread-safe.
 */
public final class Notebook implements Closeable {

    static final String HEADER = "lifeboat-notebook 1";

    private static final int LINE_LIMIT_BYTES = Book.LINE_LIMIT_BYTES + 16;

    private final Path file;
    private final FileChannel channel;
    private boolean broken;

    private Notebook(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a notebook to write in it: begins a new one, or goes on behind the last whole line.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_NOTEBOOK_UNREADABLE} when the file holds something else,
     *     {@link ErrorCode#LAB_BUSY} when another customer has it open, or {@link ErrorCode#CLI_FILE_UNWRITABLE}
     */
    public static Notebook open(Path file) {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
        Notebook notebook = new Notebook(file, channel);
        boolean ready = false;
        try {
            notebook.goOn();
            ready = true;
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            if (!ready) {
                notebook.closeUnused();
            }
        }
        return notebook;
    }

    /**
     * Reads a notebook, also one that is being written in.
     *
     * @return the confirmations in the order in which they came
     * @throws LifeboatException with {@link ErrorCode#LAB_NOTEBOOK_UNREADABLE} when there is none, or it is damaged
     */
    public static List<Confirmation> read(Path file) {
        List<Confirmation> confirmations = new ArrayList<>();
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            scan(stream, file, confirmations::add);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.LAB_NOTEBOOK_UNREADABLE, "The notebook %s could not be read: %s.".formatted(file, e), e);
        }
        return confirmations;
    }

    /**
     * Writes a confirmation down. When this returns, it is on the disk.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE}; the notebook takes nothing more then, for a
     *     line behind half a line would be lost
     */
    public void remember(Order order, Instant at) {
        if (broken) {
            throw new IllegalStateException("the notebook " + file + " could not be written before");
        }
        try {
            append(new Confirmation(order, at).line());
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void goOn() throws IOException {
        lock(channel, file);
        long wholeBytes = scan(Channels.newInputStream(channel), file, confirmation -> {});
        channel.truncate(wholeBytes);
        channel.position(wholeBytes);
        if (wholeBytes == 0) {
            append(HEADER);
        }
        syncFolderOf(file);
    }

    private void closeUnused() {
        try {
            channel.close();
        } catch (IOException e) {
            // What kept the notebook from being opened is being told; this would add nothing.
        }
    }

    private void append(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        broken = true;
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
        broken = false;
    }

    /** Reads to the end, hands on what it finds, and returns the length of the part that consists of whole lines. */
    private static long scan(InputStream stream, Path file, Consumer<Confirmation> found) throws IOException {
        LineReader reader = new LineReader(stream, LINE_LIMIT_BYTES);
        long wholeBytes = 0;
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            if (line.number() == 1) {
                checkHeader(line, file);
            } else if (line.ended()) {
                found.accept(confirmationIn(line, file));
            }
            if (line.ended()) {
                // A line that passed has ASCII characters only: as many bytes.
                wholeBytes += line.text().length() + 1L;
            }
        }
        return wholeBytes;
    }

    private static void checkHeader(LineReader.Line line, Path file) {
        // The crash may have come in the middle of the very first write.
        boolean right = line.ended() ? line.text().equals(HEADER) : HEADER.startsWith(line.text());
        if (!right) {
            throw new LifeboatException(
                    ErrorCode.LAB_NOTEBOOK_UNREADABLE,
                    "%s does not begin with the line `%s`: it is no notebook, or one of another version."
                            .formatted(file, HEADER));
        }
    }

    private static Confirmation confirmationIn(LineReader.Line line, Path file) {
        return Optional.of(line)
                .filter(LineReader.Line::whole)
                .flatMap(whole -> Confirmation.ofLine(whole.text()))
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.LAB_NOTEBOOK_UNREADABLE,
                        "Line %d of the notebook %s is damaged: %s"
                                .formatted(line.number(), file, LineStart.of(line.text()))));
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new LifeboatException(
                    ErrorCode.LAB_BUSY, "Another customer is writing in the notebook %s.".formatted(file));
        }
    }

    /** A new file is not safe before its name is. */
    private static void syncFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    private static LifeboatException unwritable(Path file, IOException cause) {
        return new LifeboatException(
                ErrorCode.CLI_FILE_UNWRITABLE,
                "The notebook %s could not be written: %s.".formatted(file, cause),
                cause);
    }
}
