package dev.lifeboat.lab.shop;

import dev.lifeboat.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Makes a data directory of PostgreSQL that was left by a crash: every order was committed, none had reached its table
 * on the disk, and the process id of the dead server lies about.
 */
final class CrashedCluster {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Arguments: the image, a folder to be its root, the folder of the cluster, which appears as /mnt. */
    private static final String MAKE = """
            mount --bind "$1" "$2"
            mount -o remount,bind,ro "$2"
            mount --bind "$3" "$2/mnt"
            root=$2
            as_postgres() {
                chroot --userspec=postgres:postgres "$root" /usr/bin/env -i LC_ALL=C.UTF-8 \\
                    PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin "$@"
            }
            chroot "$root" chown postgres:postgres /mnt
            as_postgres initdb --pgdata=/mnt/main --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-sync
            cat >>"$3/main/postgresql.conf" <<END
            dynamic_shared_memory_type = mmap
            unix_socket_directories = '/mnt'
            listen_addresses = ''
            END
            as_postgres pg_ctl --pgdata=/mnt/main --log=/mnt/log --wait start
            as_postgres createdb --host=/mnt shop
            as_postgres psql --host=/mnt --quiet --set=ON_ERROR_STOP=1 --file=/mnt/orders.sql shop
            # The end of this process, the first of its namespace, ends the server like a loss of power.
            """;

    private CrashedCluster() {}

    /**
     * Makes it.
     *
     * @param image the root folder of db's system
     * @param sql what is committed in the database shop before the crash
     * @param folder an empty folder; the cluster becomes {@code main} in it
     * @param root an empty folder
     */
    static void make(Path image, String sql, Path folder, Path root) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("orders.sql"), sql);
        Program.of("unshare", "--mount", "--pid", "--ipc", "--net", "--fork", "--kill-child")
                .with("sh", "-euc", MAKE, "sh", image.toString(), root.toString(), folder.toString())
                .within(LIMIT)
                .run()
                .orThrow();
        Files.delete(folder.resolve("orders.sql"));
    }
}
