package dev.lifeboat.offline;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdExport;
import dev.lifeboat.nbd.NbdServer;
import dev.lifeboat.recovery.export.ServedDisk;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.disk.ReadAhead;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointId;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault serve}. */
@Command(
        name = "serve",
        description =
                "Serve the disks of a recovery point over NBD, read-only, until it is interrupted. Each disk is an"
                        + " export of its name, or MACHINE/NAME where the point has several machines.")
final class ServeCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Parameters(index = "0", paramLabel = "POINT", description = "The recovery point, such as shop@1-42.")
    private String point = "";

    @Option(names = "--socket", paramLabel = "PATH", required = true, description = "The Unix socket to be made.")
    private Path socket = Path.of("");

    @Option(
            names = "--socket-permissions",
            paramLabel = "RWX",
            defaultValue = "rw-------",
            description = "Who may use the socket, as ls shows it (default: ${DEFAULT-VALUE}). Whoever may, reads the"
                    + " disks in the clear.")
    private String permissions = "rw-------";

    ServeCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() throws InterruptedException {
        Vault vault = access.openWithKey(context);
        Point found = vault.point(PointId.parse(point));
        try (ExecutorService ahead = ReadAhead.threads(context.processors())) {
            NbdExport[] exports = exports(vault, found, ahead).toArray(NbdExport[]::new);
            try (NbdServer _ = NbdServer.of(exports)
                    .listen(NbdAddress.unix(socket))
                    .socketPermissions(permissions())
                    .start()) {
                for (NbdExport export : exports) {
                    output().println("Serving %s of %s, %s, at nbd+unix:///%s?socket=%s"
                            .formatted(export.name(), found.id(), new ByteCount(export.size()), export.name(), socket));
                }
                output().flush();
                new CountDownLatch(1).await();
            } catch (IOException e) {
                throw new LifeboatException(
                        ErrorCode.NBD_SOCKET_UNUSABLE, "%s: %s".formatted(socket, e.getMessage()), e);
            } finally {
                ahead.shutdownNow();
            }
        }
        return 0;
    }

    private Set<PosixFilePermission> permissions() {
        try {
            return PosixFilePermissions.fromString(permissions);
        } catch (IllegalArgumentException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "\"%s\" is not like rw-rw----.".formatted(permissions), e);
        }
    }

    private static List<NbdExport> exports(Vault vault, Point point, ExecutorService ahead) {
        List<NbdExport> exports = new ArrayList<>();
        for (MachineRecord machine : point.machines()) {
            for (DiskRecord disk : machine.disks()) {
                String name = point.machines().size() == 1 ? disk.name() : machine.name() + "/" + disk.name();
                String description = "%s of machine %s at %s"
                        .formatted(disk.name(), machine.name(), point.manifest().taken());
                exports.add(new ServedDisk(name, description, vault.reader(disk, ahead)));
            }
        }
        return exports;
    }
}
