package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of a {@link BlockIndex}: a hash table of pages, each of which stands by itself, so that nothing is lost but
 * a page when one is torn. Nothing is waited for until it is on the disk. All numbers are big-endian.
 *
 * <pre>
 * 0      header: "LIFEBOAT" ‖ u8 'I' ‖ u8 version ‖ u16 0 ‖ u32 number of pages
 * 16       [16] vault id ‖ [16] check of the fingerprint key ‖ u64 generation
 * 56       [64] writer's name, zeros behind it ‖ u32 0 ‖ u32 CRC-32C of all before
 * 4096   the {@link BlockPage}s; a fingerprint is in the page of its first four bytes × number of pages / 2^32
 * </pre>
 *
 * <p>A file whose header is not exactly the expected one, or whose length is not, is begun anew. The file is locked
 * against other processes and against other tables of this one. Not for use by several threads at once.
 *
 * <p>It is no {@code FileChannel}, which an interrupted thread would close for all others, and is never mapped, so that
 * it takes none of the process's memory.
 */
final class BlockTable implements AutoCloseable {

    static final int HEADER_BYTES = 128;

    private static final byte VERSION = 0;
    private static final int CHECKED_HEADER_BYTES = HEADER_BYTES - Integer.BYTES;
    private static final int WRITER_AT = 56;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * What is open in this process. A process loses its lock on a file (POSIX fcntl) as soon as it closes the file
     * anywhere, thus also when a second table closes it again because it is locked.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final RandomAccessFile file;
    private final int pages;
    private final BlockPage page = new BlockPage();
    private byte[] header;

    private BlockTable(Path path, RandomAccessFile file, int pages, byte[] header) {
        this.path = path;
        this.file = file;
        this.pages = pages;
        this.header = header;
    }

    /**
     * Opens a table, or begins one.
     *
     * @param pages at least 1
     * @return empty when somebody else has it open
     */
    static Optional<BlockTable> open(Path path, int pages, BlockIndexScope scope) throws IOException {
        Path real = create(path);
        if (!OPEN.add(real)) {
            return Optional.empty();
        }
        BlockTable table = null;
        try {
            table = openLocked(real, pages, scope);
            return Optional.ofNullable(table);
        } finally {
            if (table == null) {
                OPEN.remove(real);
            }
        }
    }

    private static Path create(Path path) throws IOException {
        try {
            Files.createFile(path, OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            // Then it is opened as it is.
        }
        return path.toRealPath();
    }

    private static @Nullable BlockTable openLocked(Path real, int pages, BlockIndexScope scope) throws IOException {
        RandomAccessFile file = new RandomAccessFile(real.toFile(), "rw");
        boolean kept = false;
        try {
            if (!lock(file)) {
                return null;
            }
            BlockTable table = new BlockTable(real, file, pages, header(scope, pages));
            if (!table.isAsExpected()) {
                table.begin(scope);
            }
            kept = true;
            return table;
        } finally {
            if (!kept) {
                file.close();
            }
        }
    }

    /** The lock goes with the file. */
    private static boolean lock(RandomAccessFile file) throws IOException {
        try {
            FileLock lock = file.getChannel().tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private boolean isAsExpected() throws IOException {
        if (file.length() != length()) {
            return false;
        }
        byte[] found = new byte[HEADER_BYTES];
        file.seek(0);
        file.readFully(found);
        return Arrays.equals(found, header);
    }

    /** Forgets everything. From now on the table is of this scope. */
    void begin(BlockIndexScope scope) throws IOException {
        header = header(scope, pages);
        file.setLength(0);
        file.setLength(length());
        file.seek(0);
        file.write(header);
        // What the header says must not come back after a crash when it was taken back.
        file.getFD().sync();
    }

    private long length() {
        return (pages + 1L) * BlockPage.BYTES;
    }

    private static byte[] header(BlockIndexScope scope, int pages) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.put("LIFEBOAT".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 'I')
                .put(VERSION);
        header.putShort((short) 0).putInt(pages);
        header.putLong(scope.vault().high()).putLong(scope.vault().low());
        header.putLong(scope.keyCheck().high()).putLong(scope.keyCheck().low());
        header.putLong(scope.generation());
        header.put(WRITER_AT, scope.writer().getBytes(StandardCharsets.US_ASCII));
        CRC32C checksum = new CRC32C();
        checksum.update(header.array(), 0, CHECKED_HEADER_BYTES);
        return header.putInt(CHECKED_HEADER_BYTES, (int) checksum.getValue()).array();
    }

    Optional<SlotAddress> find(Digest128 fingerprint) throws IOException {
        read(pageOf(fingerprint));
        return page.find(fingerprint);
    }

    void put(Digest128 fingerprint, SlotAddress address) throws IOException {
        int number = pageOf(fingerprint);
        read(number);
        page.put(fingerprint, address);
        page.seal(header, number);
        file.seek(offsetOf(number));
        file.write(page.bytes());
    }

    private void read(int number) throws IOException {
        file.seek(offsetOf(number));
        int length = 0;
        while (length < BlockPage.BYTES) {
            int more = file.read(page.bytes(), length, BlockPage.BYTES - length);
            if (more < 0) {
                // Somebody cut the file off: what is left of the page before does not pass for this one.
                break;
            }
            length += more;
        }
        page.check(header, number);
    }

    private int pageOf(Digest128 fingerprint) {
        return (int) (((fingerprint.high() >>> 32) * pages) >>> 32);
    }

    private static long offsetOf(int number) {
        return (number + 1L) * BlockPage.BYTES;
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            OPEN.remove(path);
        }
    }
}
