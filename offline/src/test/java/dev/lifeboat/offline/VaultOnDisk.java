package dev.lifeboat.offline;

import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** A folder with a vault, its passphrase, kit and credentials, and the commands to work on it. */
final class VaultOnDisk {

    private static final OfflineContext CONTEXT = new OfflineContext(
            HostFolders.of(Map.of(), Path.of("/nonexistent")),
            SystemRandomness.secure(),
            new SystemTimekeeper(),
            2,
            "",
            "");

    private final Path folder;

    /** How a command ended. */
    record Ended(int exitCode, String output, String errors) {}

    @Command(name = "lifeboat")
    private static final class Root {}

    VaultOnDisk(Path folder) {
        this.folder = folder;
    }

    /** With a vault in it, and credentials of the writer {@code web-host} for all groups. */
    static VaultOnDisk made(Path folder) {
        VaultOnDisk vault = new VaultOnDisk(folder);
        vault.write("passphrase", "correct horse battery staple\n");
        vault.mustRun(
                "init",
                vault.url(),
                "--passphrase-file",
                vault.file("passphrase"),
                "--kit",
                vault.file("kit"),
                "--yes");
        vault.mustRun(
                "credentials",
                "--vault",
                vault.url(),
                "--kit",
                vault.file("kit"),
                "--out",
                vault.file("credentials"),
                "--writer",
                "web-host");
        return vault;
    }

    static OfflineContext context() {
        return CONTEXT;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    String file(String name) {
        return path(name).toString();
    }

    Path store() {
        return folder.resolve("vault");
    }

    String url() {
        return store().toUri().toString().replaceAll("/$", "");
    }

    void write(String name, String content) {
        try {
            Files.writeString(path(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code lifeboat vault …}. */
    static Ended run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("vault"));
        all.addAll(List.of(arguments));
        CommandLine root = new CommandLine(new Root()).addSubcommand(VaultCommand.create(CONTEXT));
        return run(root, all.toArray(String[]::new));
    }

    static Ended run(CommandLine root, String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode = CommandRunner.run(root, new PrintWriter(output), new PrintWriter(errors), arguments);
        return new Ended(exitCode, output.toString(), errors.toString());
    }

    /** Runs {@code lifeboat rescue COMMAND} with the kit. */
    Ended rescue(String command, String... arguments) {
        return run(
                new CommandLine(new Root()).addSubcommand(RescueCommand.create(CONTEXT)),
                Stream.concat(
                                Stream.of("rescue", command, "--vault", url(), "--kit", file("kit")),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Runs it and tells what it printed. */
    String mustRun(String... arguments) {
        Ended ended = run(arguments);
        if (ended.exitCode() != 0) {
            throw new AssertionError(ended.errors());
        }
        return ended.output();
    }

    /** Runs a reading command with credentials. */
    Ended read(String command, String... arguments) {
        return with(command, "--credentials", file("credentials"), arguments);
    }

    /** Runs a reading command with the kit, which is quicker than a passphrase. */
    Ended readWithKit(String command, String... arguments) {
        return with(command, "--kit", file("kit"), arguments);
    }

    private Ended with(String command, String option, String key, String... arguments) {
        return run(Stream.concat(Stream.of(command, "--vault", url(), option, key), Stream.of(arguments))
                .toArray(String[]::new));
    }

    /** Puts a point of group {@code shop}: machine {@code web} with the disk {@code vda}. */
    Point put(MemoryDisk disk) throws Exception {
        return put("credentials", "shop", disk);
    }

    /** Puts a point with the credentials in a file; by one thread, so that slots have the order of the blocks. */
    Point put(String credentialsFile, String group, MemoryDisk disk) throws Exception {
        return put(credentialsFile, group, disk, StrictJson.object().put("memory", 512));
    }

    /** The same with something said of the machine. */
    Point put(String credentialsFile, String group, MemoryDisk disk, ObjectNode description) throws Exception {
        try (Credentials credentials = Credentials.parse(Files.readAllBytes(path(credentialsFile)), credentialsFile)) {
            Vault vault = Vault.open(
                    BlobStores.open(url(), CONTEXT.time(), CONTEXT.random()), credentials.anchor(), SessionKeys.none());
            try (WriterSession session = WriterSession.open(
                            vault, credentials, new RecentBlocks(), 1, CONTEXT.random(), CONTEXT.time());
                    PointBuilder builder = session.newPoint(group)) {
                builder.machine("web", description);
                builder.disk("web", "vda", disk, null, (_, _) -> {});
                return ((Publishing.Published) builder.publish()).point();
            }
        }
    }

    /** The objects of the store whose names begin so, in order. */
    List<Path> objects(String prefix) {
        Path below = store().resolve(prefix);
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of an object in the store. */
    String name(Path object) {
        return store().relativize(object).toString();
    }

    /** Turns one bit of a file over. */
    static void flip(Path file, long offset) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[(int) offset] ^= 1;
        replace(file, content);
    }

    static void replace(Path file, byte[] content) throws IOException {
        Files.delete(file);
        Files.write(file, content);
    }

    /** A copy of the store as it is now. */
    void copyStore(Path to) throws IOException {
        Path from = store();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(dir)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
