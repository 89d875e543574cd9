package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.TestHost;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A libvirtd of a test's own, with real QEMU machines, in namespaces of its own. Its machines have no operating system:
 * they run their BIOS for ever, and what their guests write is written by QEMU's monitor at the guest's side of the
 * disk.
 */
final class LibvirtHost implements TestHost, AutoCloseable {

    /** Where captures are kept, in the host's words. */
    static final Path CAPTURES = Path.of("/var/lib/libvirt/captures");

    private static final Path LIB = Path.of("/var/lib/libvirt");
    private static final Path IMAGES = LIB.resolve("images");
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Timekeeper time = new SystemTimekeeper();
    private final Path folder;
    private final Process init;

    private LibvirtHost(Path folder, Process init) {
        this.folder = folder;
        this.init = init;
    }

    static LibvirtHost start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "lbh");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path script = folder.resolve("host.sh");
        try (InputStream resource = LibvirtHost.class.getResourceAsStream("host.sh")) {
            Files.write(script, Objects.requireNonNull(resource).readAllBytes());
        }
        ProcessBuilder builder = new ProcessBuilder("unshare", "--mount", "--propagation=private", "--pid", "--net");
        builder.command().addAll(List.of("--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"));
        builder.command().addAll(List.of("sh", script.toString()));
        builder.environment().put("FOLDER", folder.toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("host.log").toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        LibvirtHost host = new LibvirtHost(folder, builder.start());
        host.awaitReady();
        return host;
    }

    private void awaitReady() throws InterruptedException {
        if (!time.await(READY_LIMIT, LOOK_AGAIN, this::answers)) {
            close();
            throw new IllegalStateException("no libvirtd came up in " + folder);
        }
    }

    private boolean answers() {
        try {
            return Files.exists(socket()) && virsh("uri").run().succeeded();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path socket() {
        return folder.resolve("run").resolve("libvirt-sock");
    }

    /** The host's files on the computer around. */
    Path files() {
        return folder;
    }

    @Override
    public Path folder() throws IOException {
        Path machines = LIB.resolve("machines");
        Files.createDirectories(fromHere(machines));
        return machines;
    }

    Timekeeper time() {
        return time;
    }

    String address() {
        return "qemu+unix:///system?socket=" + socket();
    }

    /** A path of the host, as it is found from out here. */
    Path fromHere(Path path) {
        return path.startsWith(LIB) ? folder.resolve("lib").resolve(LIB.relativize(path)) : path;
    }

    @Override
    public LibvirtHypervisor connect() throws Exception {
        return LibvirtHypervisor.open(address(), CAPTURES, this::fromHere, time);
    }

    @Override
    public MachineId add(String name, List<String> disks) throws Exception {
        UUID uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        for (String disk : disks) {
            image("%s-%s".formatted(name, disk), "qcow2", DISK_BYTES);
        }
        String devices = disks.stream()
                .map(disk -> disk(disk, "qcow2", "%s-%s".formatted(name, disk)))
                .collect(Collectors.joining());
        return define(name, uuid, devices);
    }

    /** An empty image. */
    Path image(String file, String format, long bytes) throws IOException, InterruptedException {
        Path image = IMAGES.resolve(file);
        Path empty = fromHere(IMAGES.resolve("empty-%s-%d".formatted(format, bytes)));
        // qemu-img waits for the disk, a second for each image; a copy does not.
        if (!Files.exists(empty)) {
            Program.of("qemu-img", "create", "-q", "-f", format)
                    .with(empty.toString(), Long.toString(bytes))
                    .ask();
        }
        Files.copy(empty, fromHere(image));
        return image;
    }

    @Override
    public Overlay overlay(String name) throws IOException, InterruptedException {
        Path beneath = image(name + "-beneath", "qcow2", DISK_BYTES);
        Program.of("qemu-io", "-f", "qcow2", "-c", "write -P %d 0 %d".formatted(BENEATH, DISK_BYTES))
                .with(fromHere(beneath).toString())
                .ask();
        Path file = IMAGES.resolve(name);
        Program.of("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-F", "qcow2", "-b", beneath.toString())
                .with(fromHere(file).toString(), Integer.toString(DISK_BYTES))
                .ask();
        return new Overlay(file, beneath);
    }

    static String disk(String target, String format, String file) {
        return """
                <disk type='file' device='disk'><driver name='qemu' type='%s' discard='unmap'/>
                <source file='%s'/><target dev='%s' bus='virtio'/><alias name='ua-%3$s'/></disk>
                """.formatted(format, IMAGES.resolve(file), target);
    }

    MachineId define(String name, UUID uuid, String devices) throws InterruptedException {
        return define("""
                <domain type='qemu'><name>%s</name><uuid>%s</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
                <devices>%s<memballoon model='none'/><video><model type='vga'/></video></devices></domain>
                """.formatted(name, uuid, devices), uuid);
    }

    MachineId define(String definition, UUID uuid) throws InterruptedException {
        virsh("define", "/dev/stdin").reading(definition).ask();
        return new MachineId(uuid);
    }

    @Override
    public void write(MachineId machine, String disk, int offset, int length, byte value) throws Exception {
        String command = "qemu-io -d /machine/peripheral/ua-%s/virtio-backend \"write -P %d %d %d\""
                .formatted(disk, value & 0xff, offset, length);
        virsh("qemu-monitor-command", "--hmp", machine.toString(), command).ask();
    }

    @Override
    public void discard(MachineId machine, String disk, int offset, int length) throws Exception {
        String command =
                "qemu-io -d /machine/peripheral/ua-%s/virtio-backend \"discard %d %d\"".formatted(disk, offset, length);
        virsh("qemu-monitor-command", "--hmp", machine.toString(), command).ask();
    }

    @Override
    public void kill(MachineId machine) {
        for (ProcessTable.Entry process : ProcessTable.withArgument(machine.toString())) {
            ProcessHandle.of(process.id()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void beginForeignCapture(MachineId machine) throws Exception {
        Path elsewhere = LIB.resolve("elsewhere");
        Files.createDirectories(fromHere(elsewhere));
        Files.setPosixFilePermissions(fromHere(elsewhere), PosixFilePermissions.fromString("rwxrwxrwx"));
        String backup = """
                <domainbackup mode='pull'><server transport='unix' socket='%s/nbd-%s'/>
                <disks><disk name='vda' backup='yes' type='file'><scratch file='%1$s/scratch-%2$s'/></disk>
                <disk name='vdb' backup='no'/><disk name='vdc' backup='no'/></disks></domainbackup>
                """.formatted(elsewhere, machine);
        virsh("backup-begin", machine.toString(), "/dev/stdin").reading(backup).ask();
    }

    @Override
    public void addForeignCheckpoint(MachineId machine) throws Exception {
        virsh("checkpoint-create-as", machine.toString(), "foreign")
                .with("--diskspec", "vda,checkpoint=bitmap")
                .with("--diskspec", "vdb,checkpoint=no")
                .with("--diskspec", "vdc,checkpoint=no")
                .ask();
    }

    @Override
    public void forgetCheckpoints(MachineId machine) throws Exception {
        List<String> names = virsh("checkpoint-list", machine.toString(), "--name", "--topological")
                .ask()
                .lines()
                .toList();
        for (String name : names.reversed()) {
            virsh("checkpoint-delete", machine.toString(), name, "--metadata").ask();
        }
    }

    /** The libvirtd itself; its machines go on without it. */
    ProcessHandle daemon() {
        return init.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/libvirtd"))
                .findFirst()
                .orElseThrow();
    }

    void killDaemon() throws Exception {
        ProcessHandle daemon = daemon();
        daemon.destroyForcibly();
        daemon.onExit().get(10, TimeUnit.SECONDS);
    }

    /** After {@link #killDaemon}. */
    void startDaemon() throws IOException {
        Files.deleteIfExists(folder.resolve("run").resolve("libvirtd.pid"));
        Files.createFile(folder.resolve("libvirtd-wanted"));
    }

    /** A program of an administrator, run on the host. */
    Program inside(String... command) {
        return Program.of("nsenter", "--target", Long.toString(script().pid()), "--mount", "--")
                .with(command);
    }

    /** The same in the host's network. */
    Program insideWithNetwork(String... command) {
        return Program.of("nsenter", "--target", Long.toString(script().pid()), "--mount", "--net", "--")
                .with(command);
    }

    /** A path of the host, as it is found from out here also when something is mounted there. */
    Path throughItsRoot(Path path) {
        return Path.of("/proc/%d/root%s".formatted(script().pid(), path));
    }

    private ProcessHandle script() {
        return init.children().findFirst().orElseThrow();
    }

    Program virsh(String... arguments) {
        return Program.of("virsh", "--quiet", "--connect", address()).with(arguments);
    }

    @Override
    public void close() {
        try {
            init.descendants().forEach(ProcessHandle::destroyForcibly);
            init.destroyForcibly();
            init.waitFor();
            Program.of("rm", "-rf", folder.toString()).ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
