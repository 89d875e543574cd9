package dev.lifeboat.recovery.home;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.image.ImageFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is asked of {@code qemu-img}. Names of files are absolute, since it takes what is before a colon for a protocol.
 */
final class QemuImg {

    /** Sizes of QEMU's images are multiples of this. */
    static final int SECTOR = 512;

    private static final String CLUSTER = "cluster_size=65536";
    private static final String UNFINISHED = ".unfinished";

    /** For moving a whole disk: a terabyte at 25 MB/s, and then something is wrong. */
    private static final Duration LONG_LIMIT = Duration.ofHours(12);

    private static final String NO_SPACE = "No space left on device";

    private QemuImg() {}

    /**
     * What an image is.
     *
     * @param size that a machine sees, in bytes
     * @param backing the file beneath, as the image names it; empty when there is none
     */
    record Shape(long size, String backing) {}

    /** Bytes rounded up to whole sectors. */
    static long sectors(long bytes) {
        return Math.ceilDiv(bytes, SECTOR) * SECTOR;
    }

    /**
     * Asks for an image that nobody else writes.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_FOLLOW_FAILED}, also when a machine uses it
     */
    static Shape info(Path image, ImageFormat format) throws InterruptedException {
        return info(image, Program.of("qemu-img", "info", "--output=json", "-f", format.name(), image.toString()));
    }

    /** Asks for the size of an image that a machine may use, in bytes. */
    static long sizeInUse(Path image, ImageFormat format) throws InterruptedException {
        return info(image, Program.of("qemu-img", "info", "-U", "--output=json", "-f", format.name(), image.toString()))
                .size();
    }

    private static Shape info(Path image, Program program) throws InterruptedException {
        String output = run(image, program).output();
        try {
            JsonNode info = JsonMapper.shared().readTree(output);
            return new Shape(
                    info.path("virtual-size").asLong(-1),
                    info.path("backing-filename").asString(""));
        } catch (JacksonException e) {
            throw failed(image, "what qemu-img says of it cannot be read", e);
        }
    }

    /** Makes a qcow2 image, whose clusters are the vault's blocks, that has its name only once it is whole. */
    static void create(Path image, long bytes, Optional<FollowJournal.Beneath> beneath) throws InterruptedException {
        Path unfinished = image.resolveSibling(image.getFileName() + UNFINISHED);
        List<String> command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2", "-o", CLUSTER));
        beneath.ifPresent(old ->
                command.addAll(List.of("-b", old.file(), "-F", old.format().name())));
        command.addAll(List.of(unfinished.toString(), Long.toString(sectors(bytes))));
        try {
            Files.deleteIfExists(unfinished);
            ProgramRun _ = run(image, Program.of(command));
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            sync(unfinished);
            Files.move(unfinished, image, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed(image, e.toString(), e);
        }
    }

    /** Gives an image another size. */
    static void resize(Path image, ImageFormat format, long from, long bytes) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "resize", "-q", "-f", format.name()));
        if (sectors(bytes) < from) {
            command.add("--shrink");
        }
        command.addAll(List.of(image.toString(), Long.toString(sectors(bytes))));
        ProgramRun _ = run(image, Program.of(command));
    }

    /** Writes what an overlay has into the image beneath it. The overlay stays as it is, so this can be repeated. */
    static void commit(Path overlay) throws InterruptedException {
        ProgramRun _ = run(
                overlay,
                Program.of("qemu-img", "commit", "-q", "-f", "qcow2", "-t", "writeback", "-d", overlay.toString())
                        .within(LONG_LIMIT));
    }

    /** Copies an image into one of another format. */
    static void convert(Path from, Path to, ImageFormat format) throws InterruptedException {
        ProgramRun _ = run(
                to,
                Program.of("qemu-img", "convert", "-q", "-f", "qcow2", "-O", format.name())
                        .with(from.toString(), to.toString())
                        .within(LONG_LIMIT));
    }

    /** Makes a file durable. */
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static ProgramRun run(Path image, Program program) throws InterruptedException {
        // One that is left behind by a process that was killed would hold its lock on the image.
        ProgramRun run = program.startedBy("setpriv", "--pdeathsig", "KILL").run();
        if (!run.succeeded()) {
            throw failed(image, run.complaint(), null);
        }
        return run;
    }

    /** What a person is told when an image cannot be worked on. */
    static LifeboatException failed(Path image, String why, @Nullable Throwable cause) {
        return new LifeboatException(
                why.contains(NO_SPACE) ? ErrorCode.HOST_NO_SPACE : ErrorCode.RECOVERY_FOLLOW_FAILED,
                "%s: %s".formatted(image, why.strip()),
                cause);
    }
}
