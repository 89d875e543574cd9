package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code lifeboat rescue export}. Writes, below a folder named after the point:
 *
 * <pre>
 * MACHINE/DISK.raw          its disks (or .qcow2)
 * MACHINE/definition.xml    its definition, in the words of the hypervisor that it ran on
 * MACHINE/files/…           what it kept beside its disks, such as firmware variables
 * </pre>
 */
@Command(
        name = "export",
        description =
                "Write all disks of a group as images, every block verified, with the machines' definitions beside"
                        + " them. What was broken off goes on where it stopped.")
final class RescueExportCommand extends VaultOperation {

    private static final String DEFINITION = "definition.xml";
    private static final String FILES = "files";

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Mixin
    private PointChoice choice = new PointChoice();

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            required = true,
            description = "Where the images go, into a folder named after the point.")
    private Path to = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "raw",
            description = "The images' format: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ImageFormat format = ImageFormat.raw;

    @Mixin
    private Listing listing = new Listing();

    RescueExportCommand(OfflineContext context) {
        this.context = context;
    }

    /** What a script gets. */
    record Result(String point, String folder, List<Image> images) {}

    /** An image; size in bytes. */
    record Image(String machine, String disk, String file, long size) {}

    @Override
    int run() throws IOException, InterruptedException {
        Vault vault = access.openWithKey(context);
        Point point = choice.in(vault);
        Path folder = to.resolve(point.id().toString());
        DiskImages images = new DiskImages(context, vault, ImageExport.STEP, errors());
        List<Image> written = new ArrayList<>();
        for (MachineRecord machine : point.machines()) {
            Path place = below(folder, machine.name());
            makeFolder(place);
            describe(machine, place);
            for (DiskRecord disk : machine.disks()) {
                Path image = below(place, "%s.%s".formatted(disk.name(), format));
                // An image has its name only when it is whole, and the folder is the point's own.
                if (!Files.exists(image) || isUnderWay(image)) {
                    images.write(point, machine.name() + "/" + disk.name(), image, format);
                }
                written.add(new Image(machine.name(), disk.name(), image.toString(), disk.size()));
            }
        }
        listing.print(
                output(),
                "Wrote %d disks of %d machines of %s to %s, every block verified.%n"
                        .formatted(written.size(), point.machines().size(), point.id(), folder),
                new Result(point.id().toString(), folder.toString(), written));
        return 0;
    }

    /** Whether an export ended between giving the image its name and putting its journal away. */
    private static boolean isUnderWay(Path image) {
        return Files.exists(image.resolveSibling(image.getFileName() + ".part.journal"));
    }

    /** What replication has said of the machine; an import says nothing. */
    private static void describe(MachineRecord record, Path place) {
        Optional<MachineDescription> description =
                MachineDocument.read(record.name(), record.description()).map(MachineDocument::description);
        if (description.isEmpty()) {
            return;
        }
        write(place.resolve(DEFINITION), description.get().definition().getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, byte[]> file : new TreeMap<>(description.get().files()).entrySet()) {
            Path path = below(place.resolve(FILES), file.getKey());
            makeFolder(path.resolveSibling("."));
            write(path, file.getValue());
        }
    }

    /** A path that stays in its folder, whatever a point says. */
    private static Path below(Path folder, String name) {
        try {
            Path path = folder.resolve(name).normalize();
            if (path.startsWith(folder.normalize()) && !path.equals(folder.normalize())) {
                return path;
            }
        } catch (InvalidPathException e) {
            // It is refused as all the others are.
        }
        throw new LifeboatException(ErrorCode.VAULT_TARGET_UNUSABLE, "\"%s\" is no name for a file.".formatted(name));
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder.normalize());
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "The folder %s cannot be made: %s".formatted(folder, e), e);
        }
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.deleteIfExists(file);
            // Definitions have passwords in them, and a TPM's state has keys.
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, content);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s cannot be written: %s".formatted(file, e), e);
        }
    }
}
