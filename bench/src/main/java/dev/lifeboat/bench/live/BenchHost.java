package dev.lifeboat.bench.live;

import dev.lifeboat.bench.LiveMachine;
import dev.lifeboat.bench.LiveMachines;
import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A hypervisor host of a bench's own: namespaces (processes, mounts, network, host name, IPC) with a libvirtd, the
 * machines, and whoever reads them. Programs started inside see the files of this computer, but for libvirt's folders,
 * which are the host's own.
 *
 * <p>The init inside ends when its standard input does, so that the kernel takes everything away also when this process
 * is killed. For one thread.
 */
public final class BenchHost implements LiveMachines {

    /** libvirt's folder inside: what QEMU's account has to reach stands below it. */
    static final Path LIB = Path.of("/var/lib/libvirt");

    private static final Path IMAGES = LIB.resolve("images");
    private static final Path SOCKET = Path.of("/run/libvirt/libvirt-sock");

    /** libvirtd asks QEMU what it can do first, which takes seconds on a busy computer. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** The kernel has to end every process inside, which takes long when one of them is writing much. */
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    /** Gigabytes on a slow disk. */
    private static final Duration COPY_LIMIT = Duration.ofMinutes(30);

    private final Path folder;
    private final Timekeeper time;
    private Optional<Process> init = Optional.empty();

    /**
     * It does not run yet.
     *
     * @param folder an empty folder for all that it keeps, on the file system that is measured
     */
    public BenchHost(Path folder, Timekeeper time) {
        this.folder = folder;
        this.time = time;
    }

    /**
     * Starts it.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_NOT_ROOT}, or {@link ErrorCode#HOST_PROGRAM_FAILED} when it
     *     does not come up
     * @throws InterruptedException when the thread is asked to stop
     */
    public void bringUp() throws InterruptedException {
        if (!HostUser.current().isRoot()) {
            throw new LifeboatException(ErrorCode.HOST_NOT_ROOT, "A bench with running machines needs root.");
        }
        Path script = folder.resolve("host.sh");
        write(script, resource());
        Process started = Program.of("setsid", "unshare", "--mount", "--propagation=private", "--pid", "--net")
                .with("--uts", "--ipc", "--fork", "--kill-child", "--mount-proc", "sh", script.toString())
                .withVariable("FOLDER", folder.toString())
                .start();
        init = Optional.of(started);
        boolean settled = time.await(READY_LIMIT, LOOK_AGAIN, () -> answers() || !started.isAlive());
        if (!settled || !started.isAlive()) {
            throw new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, "No libvirtd came up for the bench: " + log());
        }
        virsh("uri").run().orThrow();
    }

    private boolean answers() {
        return shell().isPresent() && Files.exists(outside(SOCKET));
    }

    /** The same file as seen from this computer. */
    Path outside(Path inside) {
        if (inside.startsWith(LIB)) {
            return folder.resolve("lib").resolve(LIB.relativize(inside));
        }
        return inside.startsWith("/run/libvirt")
                ? folder.resolve("run").resolve(Path.of("/run/libvirt").relativize(inside))
                : inside;
    }

    /** The program, to be run inside. */
    public Program inside(Program program) {
        ProcessHandle shell = shell().orElseThrow(
                        () -> new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, "The bench's host ended: " + log()));
        return program.startedBy(
                "nsenter", "--target", Long.toString(shell.pid()), "--mount", "--net", "--pid", "--uts", "--ipc", "--");
    }

    Program virsh(String... arguments) {
        return inside(Program.of("virsh", "--quiet").with(arguments));
    }

    @Override
    public LiveMachine start(String name, BenchImage image) throws InterruptedException {
        Path file = IMAGES.resolve(name + ".qcow2");
        Program.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-W")
                .with(image.file().toString(), outside(file).toString())
                .within(COPY_LIMIT)
                .run()
                .orThrow();
        virsh("define", "/dev/stdin").reading(definition(name, file)).run().orThrow();
        virsh("start", name).run().orThrow();
        return new BenchMachine(this, name);
    }

    /**
     * A machine without an operating system: its BIOS finds nothing to boot and waits. Under emulation everywhere, for
     * it executes next to nothing.
     */
    private static String definition(String name, Path disk) {
        return """
                <domain type='qemu'><name>%s</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
                <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>
                <target dev='vda' bus='virtio'/><alias name='%s'/></disk>
                <memballoon model='none'/><video><model type='vga'/></video></devices></domain>
                """.formatted(name, disk, BenchMachine.DISK_ALIAS);
    }

    /** The init inside, once it is there. */
    private Optional<ProcessHandle> shell() {
        return init.flatMap(process -> process.children().findFirst());
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("host.log")).strip();
        } catch (IOException e) {
            return "nothing was said";
        }
    }

    @Override
    public void close() {
        init.ifPresent(BenchHost::end);
        init = Optional.empty();
    }

    private static void end(Process init) {
        List<ProcessHandle> inside = init.descendants().toList();
        try {
            // The end of the init's input; unshare goes when the kernel has taken everything away.
            init.getOutputStream().close();
            if (init.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It has ended already, or is killed below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inside.forEach(ProcessHandle::destroyForcibly);
        init.destroyForcibly();
        init.onExit()
                .completeOnTimeout(init, END_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, content);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(file, e), e);
        }
    }

    private static byte[] resource() {
        try (InputStream script = BenchHost.class.getResourceAsStream("host.sh")) {
            return Objects.requireNonNull(script, "host.sh is part of the jar").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
