package dev.lifeboat.recovery.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.recovery.relay.RunningRelay;
import dev.lifeboat.vault.Point;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/** A vault with the machine web, its exports and relays as real processes, which {@link #end} ends. */
final class ExportFixture {

    static final long SIZE = (24L << 20) + 512;
    static final Duration LIMIT = Duration.ofMinutes(1);
    static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    final Timekeeper time = new SystemTimekeeper();
    final MadeDisk vda = new MadeDisk(1, SIZE);
    final MadeDisk vdb = new MadeDisk(2, 3L << 20);
    final Path folder;
    final ServedVault vault;
    Point point;
    final ExportFiles files;
    final ExportStarter starter;
    final Optional<Account> account;
    final RelayStarter relays;

    /** Skips the test where a program is missing that it needs. */
    ExportFixture(Path temporary) throws Exception {
        for (String program : List.of("nbdkit", "nbdinfo", "nbdcopy", "qemu-img", "setpriv")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), program + " is not installed");
        }
        // Another account has to pass through to the sockets.
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
        vault = new ServedVault(temporary);
        Map<String, MadeDisk> disks = new TreeMap<>(Map.of("vda", vda, "vdb", vdb));
        point = vault.put("web", disks);
        folder = Files.createDirectory(temporary.resolve("web"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        files = ExportFiles.in(folder);
        starter = new ExportStarter(ChildExport.class.getName(), System.getProperty("java.class.path"), time);
        account = HostUser.current().isRoot() ? Optional.of(new Account("nobody", "nogroup")) : Optional.empty();
        relays = new RelayStarter(account, time);
    }

    /** The machine's next point, with this disk and no other. */
    void big(String name, MadeDisk disk) throws Exception {
        point = vault.put("web", Map.of(name, disk));
    }

    ExportOrder order(BootTrace trace) {
        return vault.order(point, folder, account, trace);
    }

    RunningExport start() throws InterruptedException {
        return start(BootTrace.NONE);
    }

    RunningExport start(BootTrace trace) throws InterruptedException {
        try (ExportOrder order = order(trace)) {
            return starter.start(order, files);
        }
    }

    RunningRelay relay() throws InterruptedException {
        return relays.start("web", files.socket(), folder.resolve("relay"));
    }

    NbdClient client(Path socket, String disk) throws IOException {
        return NbdClient.to(NbdAddress.unix(socket))
                .export(disk)
                .replyTimeout(LIMIT)
                .connect();
    }

    String uri(String disk) {
        return "nbd+unix:///%s?socket=%s".formatted(disk, files.socket());
    }

    static byte[] read(NbdClient client, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        client.read(offset, bytes);
        return bytes.array();
    }

    void kill() {
        long id = starter.find(files, "web").orElseThrow().processId().orElseThrow();
        ProcessHandle process = ProcessHandle.of(id).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    Path hang() {
        return ChildExport.hang(vault.folder);
    }

    ProgramRun tool(String... command) throws InterruptedException {
        ProgramRun run = Program.of(command).run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
        return run;
    }

    void assertCopied(Path copy, MadeDisk disk) throws IOException {
        try (var content = Files.newByteChannel(copy)) {
            assertThat(content.size()).isGreaterThanOrEqualTo(disk.size());
            ByteBuffer part = ByteBuffer.allocate(1 << 20);
            for (long at = 0; at < disk.size(); at += part.capacity()) {
                part.clear().limit((int) Math.min(part.capacity(), disk.size() - at));
                int length = part.remaining();
                while (part.hasRemaining() && content.read(part) >= 0) {
                    // Until the part is full.
                }
                assertThat(part.array()).as("at %d", at).startsWith(disk.bytes(at, length));
            }
        }
    }

    void end() throws Exception {
        Files.deleteIfExists(hang());
        Optional<RunningExport> export = starter.find(files, "web");
        if (export.isPresent()) {
            export.get().end();
        }
        Optional<RunningRelay> relay = relays.find("web", files.socket(), folder.resolve("relay"));
        if (relay.isPresent()) {
            relay.get().end();
        }
    }
}
