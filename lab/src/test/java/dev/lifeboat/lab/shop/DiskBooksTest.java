package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real disks of a shop that lost its power: PostgreSQL with committed orders that are in its log only, ext4 with a
 * journal to be replayed. Needs root and the root folder of db's system.
 */
class DiskBooksTest {

    private static final List<Order> ORDERS = LongStream.rangeClosed(1, 2000)
            .mapToObj(number -> new Order(number, "token-" + number, "rope-12mm", 5))
            .toList();

    private static final String TABLE = """
            CREATE TABLE orders (number bigint PRIMARY KEY, token text NOT NULL UNIQUE, item text NOT NULL,
                quantity integer NOT NULL, checksum text NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
            CHECKPOINT;
            """;

    @TempDir
    private static Path disks;

    @TempDir
    private Path temporary;

    private static @Nullable DbImage system;
    private static Path image = Path.of("/nowhere");
    private static Path web = Path.of("/nowhere");
    private static Path db = Path.of("/nowhere");

    @BeforeAll
    static void makeTheDisks() throws IOException, InterruptedException {
        system = DbImage.unpack();
        image = system.root();
        web = webDisk(
                "web", ORDERS.stream().map(order -> order.line() + "\n").collect(Collectors.joining()) + "2001\tto");
        db = dbDisk("db", TABLE + inserts());
    }

    @AfterAll
    static void removeTheSystem() {
        if (system != null) {
            system.close();
        }
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException, InterruptedException {
        assertThat(temporary).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(temporary.toString());
        // A killed process takes its time to die.
        assertThat(new SystemTimekeeper().await(Duration.ofSeconds(10), Duration.ofMillis(10), this::nobodyWorks))
                .isTrue();
    }

    private boolean nobodyWorks() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .noneMatch(command -> command.contains(temporary.toString()));
    }

    @Test
    void bothBooksAreReadAsTheCrashLeftThem() throws Exception {
        String before = fingerprint();

        Books books = new DiskBooks(temporary, image).read(web, db);

        assertThat(books.orders().orders()).isEqualTo(ORDERS);
        assertThat(books.orders().torn())
                .containsExactly(new TornLine(BookName.ORDERS, 2001, 2001, "2001 token-2001 rope-12mm 5 wrong"));
        assertThat(books.ledger())
                .isEqualTo(new Book(
                        BookName.LEDGER, ORDERS, List.of(), new UnfinishedLine(BookName.LEDGER, 2001, "2001 to")));
        assertThat(fingerprint()).as("the disks and the image").isEqualTo(before);
    }

    @Test
    void aDiskWithoutALedgerIsToldOf() throws Exception {
        Path other = Ext4Disk.raw(Files.createDirectory(disks.resolve("bare")), disks.resolve("bare.raw"), 16, 1 << 20);

        assertUnreadable("/var/lib/shop/ledger.tsv could not be taken", () -> read(other, db));
    }

    @Test
    void aDiskWithoutAFileSystemIsToldOf() throws Exception {
        Path other = Files.write(disks.resolve("zeros.raw"), new byte[8 << 20]);

        assertUnreadable("beyond mending", () -> read(web, other));
    }

    @Test
    void aDiskThatIsNotOfThisMachineIsToldOf() {
        assertUnreadable("beyond mending", () -> read(db, db));
    }

    @Test
    void whatPostgresSaysWhenItHasNoOrdersIsToldOn() throws Exception {
        Path other = dbDisk("no-table", "");

        assertUnreadable("relation \"public.orders\" does not exist", () -> read(web, other));
    }

    @Test
    void anImageWithoutPostgresIsToldOf() {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> new DiskBooks(temporary, disks))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_GUEST_NOT_BUILT));
    }

    @Test
    void anInterruptionLeavesNothingBehind() throws Exception {
        DiskBooks disks = new DiskBooks(temporary, image);
        Thread reader = Thread.currentThread();
        Thread.ofVirtual().start(() -> interruptOnceCopying(reader));

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> disks.read(web, db));
    }

    private void interruptOnceCopying(Thread reader) {
        try {
            new SystemTimekeeper().await(Duration.ofSeconds(30), Duration.ofMillis(1), () -> !isEmpty(temporary));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.interrupt();
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Books read(Path webRoot, Path dbData) throws InterruptedException {
        return new DiskBooks(temporary, image).read(webRoot, dbData);
    }

    private static void assertUnreadable(String message, ThrowingCallable reading) {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(reading)
                .withMessageContaining(message)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_BOOKS_UNREADABLE));
    }

    private static Path webDisk(String name, String ledger) throws IOException, InterruptedException {
        Path folder = disks.resolve(name);
        Path file = folder.resolve("var/lib/shop/ledger.tsv");
        Files.createDirectories(folder.resolve("var/lib/shop"));
        Files.writeString(file, ledger);
        Path raw = Ext4Disk.raw(folder, disks.resolve(name + ".raw"), 32, 1 << 20);
        return Ext4Disk.qcow2(raw, disks.resolve(name + ".qcow2"));
    }

    private static Path dbDisk(String name, String sql) throws IOException, InterruptedException {
        Path folder = disks.resolve(name);
        Path cluster = Files.createDirectories(folder.resolve("15"));
        CrashedCluster.make(image, sql, cluster, Files.createDirectory(disks.resolve(name + ".root")));
        return Ext4Disk.raw(folder, disks.resolve(name + ".raw"), 128, 0);
    }

    private static String inserts() {
        return ORDERS.stream()
                .map(order -> "INSERT INTO orders VALUES (%d, '%s', '%s', %d, '%s');%n"
                        .formatted(order.number(), order.token(), order.item(), order.quantity(), order.checksum()))
                .collect(Collectors.joining(
                        "", "", "INSERT INTO orders VALUES (2001, 'token-2001', 'rope-12mm', 5, 'wrong');"));
    }

    /** Changes with every file of the image and of the disks. */
    private static String fingerprint() throws InterruptedException {
        return Program.of(
                        "sh",
                        "-euc",
                        "find \"$1\" -printf '%p %s %T@ %C@\\n' | sort | sha256sum; sha256sum \"$2\" \"$3\"")
                .with("sh", image.toString(), web.toString(), db.toString())
                .ask();
    }
}
