package dev.lifeboat.bench.boot;

import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The hypervisor host of a bench as seen from inside of it: its libvirt, and a bridge with DHCP to which machines are
 * plugged wherever their disks are. Goes with the host's namespaces.
 */
final class BootHost implements AutoCloseable {

    /** libvirt's folder of this host: QEMU's account reaches what stands below it. */
    static final Path LIB = Path.of("/var/lib/libvirt");

    /** Where recoveries have their files. */
    static final Path RECOVERIES = LIB.resolve("recovery");

    static final String BRIDGE = "br0";

    private static final String OWN_ADDRESS = "10.30.0.1";

    private final RecoveryHypervisor hypervisor;
    private final Hypervisor.Watch watch;
    private final AtomicReference<Duration> ran = new AtomicReference<>(Duration.ZERO);

    private BootHost(RecoveryHypervisor hypervisor, Timekeeper time) {
        this.hypervisor = hypervisor;
        this.watch = hypervisor.watch(event -> {
            switch (event) {
                case HypervisorEvent.Started _ -> ran.set(time.elapsed());
                case HypervisorEvent.SuspensionChanged change -> {
                    if (!change.suspended()) {
                        ran.set(time.elapsed());
                    }
                }
                case HypervisorEvent.Stopped _,
                        HypervisorEvent.Crashed _,
                        HypervisorEvent.DiskError _,
                        HypervisorEvent.ScratchFull _,
                        HypervisorEvent.Migrated _,
                        HypervisorEvent.Changed _,
                        HypervisorEvent.Reconnected _ -> {
                    // What matters of these shows in the answer that does not come.
                }
            }
        });
    }

    /**
     * Makes the network and connects to libvirt.
     *
     * @param work for small files
     * @throws LifeboatException when either fails
     */
    static BootHost begin(Path work, Timekeeper time) throws InterruptedException {
        makePassable(RECOVERIES);
        ip("link", "add", BRIDGE, "type", "bridge", "forward_delay", "0");
        ip("address", "add", OWN_ADDRESS + "/24", "dev", BRIDGE);
        ip("link", "set", BRIDGE, "up");
        // Known from the beginning: whoever asks too early shall not have to wait for ARP to be tried again.
        ip("neighbour", "replace", BootGuest.ADDRESS, "lladdr", BootGuest.MAC, "dev", BRIDGE, "nud", "permanent");
        Program.of("dnsmasq", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--port=0", "--no-ping")
                .with("--interface=" + BRIDGE, "--except-interface=lo", "--bind-interfaces", "--dhcp-authoritative")
                .with("--user=root", "--group=root", "--pid-file=" + work.resolve("dnsmasq.pid"))
                .with("--log-facility=" + work.resolve("dnsmasq.log"))
                .with("--dhcp-leasefile=" + work.resolve("dnsmasq.leases"))
                .with("--dhcp-range=10.30.0.100,10.30.0.199,255.255.255.0,12h")
                .with("--dhcp-host=%s,%s,%s".formatted(BootGuest.MAC, BootGuest.ADDRESS, BootGuest.NAME))
                .run()
                .orThrow();
        try {
            return new BootHost(
                    LibvirtHypervisor.open(
                            LibvirtHypervisor.LOCAL, LIB.resolve("captures"), UnaryOperator.identity(), time),
                    time);
        } catch (HypervisorException e) {
            throw failed(e);
        }
    }

    /** Makes a folder through which QEMU's account may pass, under whatever umask. */
    static void makePassable(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be made: %s".formatted(folder, e), e);
        }
    }

    private static void ip(String... arguments) throws InterruptedException {
        Program.of("ip").with(arguments).run().orThrow();
    }

    RecoveryHypervisor hypervisor() {
        return hypervisor;
    }

    /** When a machine's processors began to run last, by the timekeeper. */
    Duration lastRan() {
        return ran.get();
    }

    /** What the hypervisor said, as a person is told it. */
    static LifeboatException failed(HypervisorException e) {
        return new LifeboatException(
                e.kind() == HypervisorException.Kind.UNREACHABLE
                        ? ErrorCode.AGENT_HYPERVISOR_UNREACHABLE
                        : ErrorCode.RECOVERY_HYPERVISOR_FAILED,
                "The hypervisor of the bench: " + e.getMessage(),
                e);
    }

    @Override
    public void close() {
        watch.close();
        hypervisor.close();
    }
}
