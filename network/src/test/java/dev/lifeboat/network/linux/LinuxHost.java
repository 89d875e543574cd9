package dev.lifeboat.network.linux;

import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.TestNetworkHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A Linux host in namespaces of its own (mounts, network, processes, name), as the lab's hosts are. Beside it, in its
 * network, a place outside: the namespace {@code outside} with the address 192.0.2.9, at the other end of the host's
 * link {@code eth0}, which has 192.0.2.1.
 */
final class LinuxHost implements TestNetworkHost {

    static final String ADDRESS = "192.0.2.1";
    static final String OUTSIDE = "192.0.2.9";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Timekeeper time = new SystemTimekeeper();
    private final Path folder;
    private final Process init;
    private final List<Process> started = new ArrayList<>();
    private int links;

    private LinuxHost(Path folder, Process init) {
        this.folder = folder;
        this.init = init;
    }

    static LinuxHost start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "lbn");
        // The resolver is nobody in particular and has to get in.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("host.sh", "lease.sh")) {
            try (InputStream resource = LinuxHost.class.getResourceAsStream(name)) {
                Files.write(
                        folder.resolve(name), Objects.requireNonNull(resource).readAllBytes());
            }
        }
        Files.setPosixFilePermissions(folder.resolve("lease.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path ready = folder.resolve("ready");
        ProcessBuilder builder = new ProcessBuilder("unshare", "--mount", "--propagation=private", "--pid", "--net");
        builder.command().addAll(List.of("--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"));
        builder.command().addAll(List.of("sh", folder.resolve("host.sh").toString()));
        builder.environment().put("READY", ready.toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("host.log").toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        LinuxHost host = new LinuxHost(folder, builder.start());
        if (!host.time.await(LIMIT, LOOK_AGAIN, () -> Files.exists(ready))) {
            throw new IllegalStateException(Files.readString(folder.resolve("host.log")));
        }
        host.program("ip", "netns", "add", "outside").ask();
        host.program("ip", "-netns", "outside", "link", "set", "lo", "up").ask();
        host.program("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", "outside")
                .ask();
        host.program("ip", "address", "add", ADDRESS + "/24", "dev", "eth0").ask();
        host.outside("ip", "address", "add", OUTSIDE + "/24", "dev", "eth0").ask();
        // Nothing but what is sent by a test is to pass.
        for (String name : List.of("all", "default", "eth0")) {
            String off = "echo 1 >/proc/sys/net/ipv6/conf/%s/disable_ipv6".formatted(name);
            host.program("sh", "-c", off).ask();
            host.outside("sh", "-c", off).ask();
        }
        host.program("ip", "link", "set", "eth0", "up").ask();
        host.outside("ip", "link", "set", "eth0", "up").ask();
        return host;
    }

    Path folder() {
        return folder.resolve("networks");
    }

    Timekeeper time() {
        return time;
    }

    private String initProcess() {
        return Long.toString(init.children().findFirst().orElseThrow().pid());
    }

    /** A path of the host, as it is found from out here. */
    Path throughItsRoot(Path path) {
        return Path.of("/proc/%s/root%s".formatted(initProcess(), path));
    }

    /** A program on the host. */
    Program program(String... command) {
        return Program.of("nsenter", "--target", initProcess())
                .with("--mount", "--net", "--pid", "--uts", "--ipc", "--")
                .with(command);
    }

    /** A program outside. */
    Program outside(String... command) {
        return inside("outside", command);
    }

    /** A program in a named network namespace of the host. */
    Program inside(String namespace, String... command) {
        return program("nsenter", "--net=/run/netns/" + namespace, "--").with(command);
    }

    /** A program that goes on until the host is taken away. */
    void background(Program program) {
        started.add(program.start());
    }

    boolean await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        return time.await(LIMIT, LOOK_AGAIN, condition);
    }

    /** A guest: a namespace with a network card that is plugged into a bridge. */
    Guest guest(String name, String bridge, String mac) throws InterruptedException {
        String tap = "tap%d".formatted(links++);
        program("ip", "netns", "add", name).ask();
        program("ip", "link", "add", tap, "type", "veth", "peer", "name", "eth0", "address", mac, "netns", name)
                .ask();
        program("ip", "link", "set", tap, "master", bridge, "up").ask();
        inside(name, "ip", "link", "set", "lo", "up").ask();
        inside(name, "ip", "link", "set", "eth0", "up").ask();
        return new Guest(this, name, tap, folder.resolve("lease.sh"));
    }

    @Override
    public LinuxNetworks connect() {
        return new LinuxNetworks(folder(), this::program, time);
    }

    @Override
    public void giveAddress(String address) throws InterruptedException {
        String link = "net%d".formatted(links++);
        program("ip", "link", "add", link, "type", "bridge").ask();
        program("ip", "address", "add", address, "dev", link).ask();
        program("ip", "link", "set", link, "up").ask();
    }

    @Override
    public void listen(int port) throws InterruptedException {
        background(program("busybox", "nc", "-ll", "-p", Integer.toString(port), "-e", "cat"));
        if (!await(() -> listens(port))) {
            throw new IllegalStateException("nothing listens on " + port);
        }
    }

    private boolean listens(int port) {
        try {
            return program("ss", "-Hltn").ask().contains(":%d ".formatted(port));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void breakApart(RealmId realm) throws Exception {
        ProcessTable.withArgumentPrefix("--conf-file=" + folder().resolve(realm.text()))
                .forEach(entry -> ProcessHandle.of(entry.id()).ifPresent(ProcessHandle::destroyForcibly));
        program("ip", "netns", "delete", realm.text()).ask();
        await(() -> ProcessTable.withArgumentPrefix("--conf-file=" + folder().resolve(realm.text()))
                .isEmpty());
    }

    /** Everything that there is on the host, but for what every use of it leaves: the folder and its lock. */
    List<String> everything() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        program("ip", "-brief", "link")
                .ask()
                .lines()
                .map(line -> line.replaceFirst("[@ ].*", ""))
                .forEach(all::add);
        program("ip", "address")
                .ask()
                .lines()
                .filter(line -> line.contains("inet"))
                .forEach(all::add);
        program("ip", "route", "show", "table", "all").ask().lines().forEach(all::add);
        program("ip", "rule").ask().lines().forEach(all::add);
        program("ls", "/run/netns").ask().lines().forEach(all::add);
        program("nft", "list", "ruleset").ask().lines().forEach(all::add);
        program("cat", "/proc/sys/net/ipv4/ip_forward").ask().lines().forEach(all::add);
        program("ps", "-eo", "args")
                .ask()
                .lines()
                .filter(line -> !line.contains("ps -eo"))
                .forEach(all::add);
        program("sh", "-c", "cut -d' ' -f5 /proc/self/mountinfo").ask().lines().forEach(all::add);
        if (Files.isDirectory(folder())) {
            try (Stream<Path> files = Files.walk(folder())) {
                files.map(path -> folder().relativize(path).toString())
                        .filter(path -> !path.isEmpty() && !path.equals("lock"))
                        .forEach(all::add);
            }
        }
        return all.stream().sorted().toList();
    }

    @Override
    public void close() {
        try {
            started.forEach(process -> {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            });
            init.descendants().forEach(ProcessHandle::destroyForcibly);
            init.destroyForcibly();
            init.waitFor();
            Program.of("rm", "-rf", folder.toString()).ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
