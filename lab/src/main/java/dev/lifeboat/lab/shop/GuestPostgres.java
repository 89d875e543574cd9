package dev.lifeboat.lab.shop;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * PostgreSQL out of db's own image, run on this host over a data directory taken from a disk: it recovers from the
 * crash exactly as the machine would, for it is the same program with the same libraries. It runs in single-user mode
 * in namespaces of its own, which end with it, sees the image read-only, and listens nowhere. Needs root.
 */
final class GuestPostgres {

    private static final String SERVER = "/usr/lib/postgresql/15/bin/postgres";
    private static final String DATABASE = "shop";

    /** Every image has this folder and nothing in it: here the work folder appears inside. */
    private static final String MOUNT_POINT = "/mnt";

    /** Recovery from the crash replays some hundred megabytes of log at most. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * Replaces whatever configuration the data directory has, or lacks where it is kept in /etc. The index scans are
     * off so that the rows themselves are read: an index could leave out what a torn page holds.
     */
    private static final String CONFIGURATION = """
            shared_buffers = 64MB
            dynamic_shared_memory_type = mmap
            listen_addresses = ''
            unix_socket_directories = ''
            archive_mode = off
            fsync = off
            jit = off
            enable_indexscan = off
            enable_indexonlyscan = off
            enable_bitmapscan = off
            exit_on_error = on
            """;

    /**
     * Arguments: the image, the folder to be its root, the work folder, then the command in it. Ends as the command.
     */
    private static final String ENTER = """
            mount --bind "$1" "$2"
            mount -o remount,bind,ro "$2"
            mount --bind "$3" "$2%s"
            root=$2
            user=$4
            shift 4
            exec chroot --userspec="$user" --groups="${user#*:}" "$root" /usr/bin/env -i LC_ALL=C.UTF-8 "$@"
            """.formatted(MOUNT_POINT);

    private final Path image;
    private final String user;

    /**
     * PostgreSQL as an image has it.
     *
     * @param image the root folder of db's system
     * @throws LifeboatException with {@link ErrorCode#LAB_GUEST_NOT_BUILT} when PostgreSQL is not in there
     */
    GuestPostgres(Path image) {
        this.image = image.toAbsolutePath();
        if (!Files.isExecutable(image.resolve("." + SERVER)) || !Files.isDirectory(image.resolve("." + MOUNT_POINT))) {
            throw new LifeboatException(
                    ErrorCode.LAB_GUEST_NOT_BUILT, "There is no PostgreSQL 15 in the image %s.".formatted(image));
        }
        user = userIn(image.resolve("etc/passwd"));
    }

    /**
     * Recovers the data directory from the crash and writes the orders, by number, as lines of a book.
     *
     * @param work a folder of our own that holds the data directory as {@code main}; its owner is changed
     * @param emptyFolder where the image appears inside the namespaces
     * @return the file with the lines, in the work folder
     * @throws LifeboatException with {@link ErrorCode#LAB_BOOKS_UNREADABLE}, saying what PostgreSQL said
     */
    Path dumpOrders(Path work, Path emptyFolder) throws InterruptedException {
        prepare(work);
        String sql = """
                COPY (SELECT number, token, item, quantity, checksum FROM public.orders ORDER BY number) TO '%1$s/orders.tsv'
                COPY (SELECT count(*) FROM public.orders) TO '%1$s/count'
                """.formatted(MOUNT_POINT);
        ProgramRun run = Program.of("unshare", "--mount", "--pid", "--ipc", "--net", "--fork", "--kill-child")
                .with("sh", "-euc", ENTER, "sh", image.toString(), emptyFolder.toString(), work.toString(), user)
                .with(SERVER, "--single", "-D", MOUNT_POINT + "/main")
                .with("-c", "config_file=" + MOUNT_POINT + "/postgresql.conf", DATABASE)
                .reading(sql)
                .within(LIMIT)
                .run();
        Path lines = work.resolve("orders.tsv");
        if (!run.succeeded() || !isWhole(lines, work.resolve("count"))) {
            throw new LifeboatException(
                    ErrorCode.LAB_BOOKS_UNREADABLE,
                    "PostgreSQL did not give the orders (exit status %d):%n  %s"
                            .formatted(run.exitCode(), ProgramRun.lastLines(run.errors())));
        }
        return lines;
    }

    private void prepare(Path work) throws InterruptedException {
        try {
            Files.writeString(work.resolve("postgresql.conf"), CONFIGURATION);
            // It names a process of the lost machine. Nobody else runs on this copy.
            Files.deleteIfExists(work.resolve("main/postmaster.pid"));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.LAB_BOOKS_UNREADABLE, "The copy of db's data directory could not be prepared.", e);
        }
        Program.of("chown", "-R", "--no-dereference", user, work.toString())
                .run()
                .orThrow();
    }

    /** In single-user mode PostgreSQL can fail and end well: only a count made after the lines proves them whole. */
    private static boolean isWhole(Path lines, Path count) {
        try (Stream<String> counted = Files.lines(lines, StandardCharsets.ISO_8859_1)) {
            return Files.readString(count).strip().equals(Long.toString(counted.count()));
        } catch (IOException e) {
            return false;
        }
    }

    private static String userIn(Path passwd) {
        try (Stream<String> lines = Files.lines(passwd, StandardCharsets.UTF_8)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 3 && fields[0].equals("postgres"))
                    .findFirst()
                    .map(fields -> fields[2] + ":" + fields[3])
                    .orElseThrow(() -> new LifeboatException(
                            ErrorCode.LAB_GUEST_NOT_BUILT, "There is no user postgres in %s.".formatted(passwd)));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.LAB_GUEST_NOT_BUILT, "The users of the image could not be read: %s.".formatted(e), e);
        }
    }
}
