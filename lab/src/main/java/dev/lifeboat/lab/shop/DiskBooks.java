package dev.lifeboat.lab.shop;

import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads both books from the disks of a recovery point, without starting a machine. The disks are only read: all mending
 * is done in private copies, which are gone when it is over. Each call stands for itself; it needs root, qemu-img,
 * e2fsprogs and util-linux, and in the temporary folder as much room as the disks have contents.
 */
public final class DiskBooks {

    /** Where partition 1 begins on web's disk. */
    private static final long PARTITION_OFFSET_BYTES = 1L << 20;

    private static final String LEDGER = "/var/lib/shop/ledger.tsv";

    /** In the file system of db's data disk, which has no partition table. */
    private static final String CLUSTER = "/15/main";

    private final Path temporary;
    private final GuestPostgres postgres;

    /**
     * A reader of disks.
     *
     * @param temporary an existing folder for the copies
     * @param dbImage the root folder of db's system, out of which PostgreSQL is run; it is not altered
     * @throws LifeboatException with {@link ErrorCode#LAB_GUEST_NOT_BUILT} when PostgreSQL is not in there
     */
    public DiskBooks(Path temporary, Path dbImage) {
        this.temporary = temporary;
        postgres = new GuestPostgres(dbImage);
    }

    /**
     * Reads the books.
     *
     * @param webRoot web's root disk, raw or qcow2
     * @param dbData db's data disk, raw or qcow2
     * @throws LifeboatException with {@link ErrorCode#LAB_BOOKS_UNREADABLE}, or with a code of the host when a program
     *     is missing
     * @throws InterruptedException when the thread is asked to stop; nothing is left behind
     */
    public Books read(Path webRoot, Path dbData) throws InterruptedException {
        return new Books(orders(dbData), ledger(webRoot));
    }

    private Book ledger(Path webRoot) throws InterruptedException {
        try (PrivateFolder folder = PrivateFolder.in(temporary)) {
            Path copy = folder.path().resolve("web.raw");
            DiskImage.of(webRoot).copyRaw(PARTITION_OFFSET_BYTES, copy);
            Path ledger = folder.path().resolve("ledger.tsv");
            Ext4Copy.mend(webRoot, copy).takeFile(LEDGER, ledger);
            return book(BookName.LEDGER, ledger);
        }
    }

    private Book orders(Path dbData) throws InterruptedException {
        try (PrivateFolder folder = PrivateFolder.in(temporary)) {
            Path copy = folder.path().resolve("db.raw");
            DiskImage.of(dbData).copyRaw(0, copy);
            Path work = Files.createDirectory(folder.path().resolve("work"));
            Ext4Copy.mend(dbData, copy).takeFolder(CLUSTER, work);
            Path root = Files.createDirectory(folder.path().resolve("root"));
            return book(BookName.ORDERS, postgres.dumpOrders(work, root));
        } catch (IOException e) {
            throw unreadable(BookName.ORDERS, e);
        }
    }

    private static Book book(BookName name, Path file) {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            return Book.read(name, stream);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static LifeboatException unreadable(BookName name, IOException cause) {
        return new LifeboatException(
                ErrorCode.LAB_BOOKS_UNREADABLE,
                "%s could not be read: %s.".formatted(name.description(), cause),
                cause);
    }
}
