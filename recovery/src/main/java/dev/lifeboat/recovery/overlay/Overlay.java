package dev.lifeboat.recovery.overlay;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.export.Account;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A qcow2 image over a disk of a relay. It has the disk's size, and its clusters have the size of the vault's blocks,
 * so that what is allocated is what was written.
 *
 * @param image the file
 * @param backing the disk's address, as QEMU takes it
 * @param diskBytes the disk's size; the image has whole sectors, so that the last one may be longer than the disk
 */
public record Overlay(Path image, String backing, long diskBytes) {

    private static final String CLUSTER = "cluster_size=65536";
    private static final int SECTOR = 512;
    private static final String UNFINISHED = ".unfinished";

    /**
     * Makes the image, or leaves the one that is there: it has what the machine wrote. A file appears under its name
     * only once it is whole.
     *
     * @param owner who may read and write it; empty for this process's own account
     * @return whether it was made now
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_OVERLAY_FAILED}, or
     *     {@link ErrorCode#RECOVERY_OVERLAY_FOREIGN} when another image has the name
     */
    public boolean make(Optional<Account> owner) throws InterruptedException {
        if (Files.exists(image)) {
            requireOwn();
            return false;
        }
        Path unfinished = image.resolveSibling(image.getFileName() + UNFINISHED);
        try {
            Files.deleteIfExists(unfinished);
            ProgramRun made = Program.of(
                            "qemu-img",
                            "create",
                            "-q",
                            "-u",
                            "-f",
                            "qcow2",
                            "-o",
                            CLUSTER,
                            "-b",
                            backing,
                            "-F",
                            "raw",
                            unfinished.toString(),
                            Long.toString(imageBytes()))
                    .run();
            if (!made.succeeded()) {
                throw failed(made.complaint(), null);
            }
            give(unfinished, owner);
            try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(unfinished, image, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        }
    }

    private long imageBytes() {
        return Math.ceilDiv(diskBytes, SECTOR) * SECTOR;
    }

    private void requireOwn() throws InterruptedException {
        ProgramRun asked = Program.of("qemu-img", "info", "-U", "--output=json", image.toString())
                .run();
        if (!asked.succeeded()) {
            throw foreign(asked.complaint());
        }
        try {
            JsonNode info = JsonMapper.shared().readTree(asked.output());
            boolean own = info.path("format").asString("").equals("qcow2")
                    && info.path("backing-filename").asString("").equals(backing)
                    && info.path("virtual-size").asLong(-1) == imageBytes();
            if (!own) {
                throw foreign("It is a %s image of %d bytes over %s."
                        .formatted(
                                info.path("format").asString("?"),
                                info.path("virtual-size").asLong(-1),
                                info.path("backing-filename").asString("nothing")));
            }
        } catch (JacksonException e) {
            throw foreign("What qemu-img says of it cannot be read.");
        }
    }

    private static void give(Path file, Optional<Account> owner) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        if (owner.isPresent()) {
            UserPrincipalLookupService names = file.getFileSystem().getUserPrincipalLookupService();
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            view.setOwner(names.lookupPrincipalByName(owner.get().user()));
            view.setGroup(names.lookupPrincipalByGroupName(owner.get().group()));
        }
    }

    private LifeboatException failed(String why, @Nullable Exception cause) {
        return new LifeboatException(
                ErrorCode.RECOVERY_OVERLAY_FAILED, "The overlay %s could not be made: %s".formatted(image, why), cause);
    }

    private LifeboatException foreign(String why) {
        return new LifeboatException(
                ErrorCode.RECOVERY_OVERLAY_FOREIGN,
                "%s is no overlay of %d bytes over %s. %s".formatted(image, imageBytes(), backing, why));
    }
}
