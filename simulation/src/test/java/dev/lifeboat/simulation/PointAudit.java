package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Judges points by what their guests had promised. Disks are exported for it and deleted at once, so that it takes no
 * more room for many points than for one.
 */
final class PointAudit {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Where the guests' file systems begin on their disks, in bytes; see the recipes of the lab's guests. */
    private static final long WEB_ROOT = 1L << 20;

    private static final long DB_ROOT = 35L << 20;
    private static final long DB_DATA = 0;

    /**
     * The kernel replays the journal and deals with what was open, as it does when the machine starts; after that there
     * must be nothing to mend. Arguments: the image, the offset, an empty folder.
     */
    private static final String REPLAY_AND_CHECK = """
            mount -t ext4 -o "loop,offset=$2" "$1" "$3"
            umount "$3"
            exec e2fsck -fn "$1?offset=$2"
            """;

    private final TestLab lab;
    private final ProtectedLab guarded;

    PointAudit(TestLab lab, ProtectedLab guarded) {
        this.lab = lab;
        this.guarded = guarded;
    }

    /** Requires of a point of scribe every record up to the one that was announced before it, and all slots right. */
    void requireRecords(String point, String disk, long announced) throws IOException, InterruptedException {
        Path exported = guarded.export(point, disk);
        try {
            ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", exported.toString())
                    .with("--announced", Long.toString(announced))
                    .run();
            assertThat(check.exitCode())
                    .as("%s: %s%s", point, check.output(), check.errors())
                    .isZero();
        } finally {
            Files.delete(exported);
        }
    }

    /**
     * Looks at a point of the shop: PostgreSQL out of db's own image recovers the data disk and reads the orders, both
     * books agree and have every order confirmed before the point, and all file systems are clean once their journals
     * were replayed.
     *
     * @return what is wrong; empty when nothing is
     */
    List<String> complaintsAboutShop(JsonNode point, Path notebook) throws IOException, InterruptedException {
        String id = point.path("id").asString();
        List<String> complaints = new ArrayList<>();
        Path web = guarded.export(id, "web/vda");
        Path data = guarded.export(id, "db/vdb");
        try {
            ProgramRun books = lab.command("lab", "check-orders", "--notebook", notebook.toString())
                    .with("--as-of", point.path("taken").asString())
                    .with("--web-disk", web.toString(), "--db-disk", data.toString())
                    .run();
            if (!books.succeeded()) {
                complaints.add("%s: books: %s%s".formatted(id, books.output(), books.errors()));
            }
            complaints.addAll(complaintsAboutFileSystem(id + " web/vda", web, WEB_ROOT));
            complaints.addAll(complaintsAboutFileSystem(id + " db/vdb", data, DB_DATA));
        } finally {
            Files.delete(web);
            Files.delete(data);
        }
        Path root = guarded.export(id, "db/vda");
        try {
            complaints.addAll(complaintsAboutFileSystem(id + " db/vda", root, DB_ROOT));
        } finally {
            Files.delete(root);
        }
        return complaints;
    }

    /** Alters the image as a start of its machine would. */
    private List<String> complaintsAboutFileSystem(String what, Path image, long offset)
            throws IOException, InterruptedException {
        Path empty = Files.createDirectories(lab.scratch("mounted"));
        // In a namespace of its own, which takes the mount with it however it ends.
        ProgramRun run = Program.of("unshare", "--mount", "sh", "-ec", REPLAY_AND_CHECK, "sh")
                .with(image.toString(), Long.toString(offset), empty.toString())
                .within(LIMIT)
                .run();
        return run.succeeded()
                ? List.of()
                : List.of("%s: file system: %s%s".formatted(what, run.output(), run.errors()));
    }
}
