package dev.lifeboat.bench.boot;

import dev.lifeboat.bench.own.RecoverableVault.Disk;
import dev.lifeboat.host.Folders;
import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * The machine that comes up: the lab's scribe, which answers HTTP as soon as it has written to its second disk. Its
 * first disk is as large as one likes; behind the guest's own 64 MiB it is empty on the local disk.
 *
 * @param folder of its local disks, which QEMU reaches
 * @param disk the size of its first disk
 */
public record BootGuest(Path folder, ByteCount disk) {

    static final String NAME = "guest";
    static final String MAC = "52:54:00:1b:0c:01";
    static final String ADDRESS = "10.30.0.12";
    static final int PORT = 80;

    /** It has the number of the last record that is on the disk. */
    static final String PATH = "/last";

    private static final String IMAGE = "scribe";
    private static final String ROOT_IMAGE = "disk.qcow2";
    private static final String DATA_IMAGE = "data.qcow2";
    private static final String ROOT = "vda";
    private static final String DATA = "vdb";
    private static final int DATA_MIB = 1024;

    /** A disk of a gigabyte on a busy computer. */
    private static final Duration COPY_LIMIT = Duration.ofMinutes(5);

    /**
     * Takes the guest's disks out of the cache of images, building them if they are not there.
     *
     * @param work where they are put
     */
    public static void fetch(GuestImages images, Path work) throws InterruptedException {
        images.copy(IMAGE, ROOT_IMAGE, work.resolve(ROOT_IMAGE));
        images.copy(IMAGE, DATA_IMAGE, work.resolve(DATA_IMAGE));
    }

    /** Makes its local disks, from what was {@link #fetch fetched}. */
    void make(Path work) throws InterruptedException {
        try {
            BootHost.makePassable(folder);
            convert(work.resolve(ROOT_IMAGE), raw(ROOT));
            // Without it the vault's disk could begin to be made up within a block.
            Files.copy(raw(ROOT), front());
            Program.of("truncate", "--size=" + disk.bytes(), raw(ROOT).toString())
                    .run()
                    .orThrow();
            convert(work.resolve(DATA_IMAGE), raw(DATA));
            // QEMU reads them, under whatever umask they were made.
            for (String name : List.of(ROOT, DATA)) {
                Files.setPosixFilePermissions(raw(name), PosixFilePermissions.fromString("rw-r--r--"));
            }
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(folder, e), e);
        }
    }

    private static void convert(Path qcow2, Path raw) throws InterruptedException {
        Program.of("qemu-img", "convert", "-f", "qcow2", "-O", "raw", qcow2.toString(), raw.toString())
                .within(COPY_LIMIT)
                .run()
                .orThrow();
    }

    private Path raw(String disk) {
        return folder.resolve(disk + ".raw");
    }

    private Path front() {
        return folder.resolve("front.raw");
    }

    private Path overlay(String disk) {
        return folder.resolve(disk + ".qcow2");
    }

    /** The disks as a vault takes them: what is empty on the local disk is mapped there. */
    List<Disk> vaultDisks() {
        return List.of(new Disk(ROOT, front(), disk), new Disk(DATA, raw(DATA), ByteCount.ofMebibytes(DATA_MIB)));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(ADDRESS, PORT);
    }

    /** Defines the machine over new overlays of its local disks, so that they stay as they are. */
    MachineId define(RecoveryHypervisor hypervisor) throws HypervisorException, InterruptedException {
        for (String name : List.of(ROOT, DATA)) {
            Program.of("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b")
                    .with(raw(name).toString(), overlay(name).toString())
                    .run()
                    .orThrow();
        }
        return hypervisor.define(definition());
    }

    /** Takes the power from it and forgets it, with what it wrote. */
    void remove(RecoveryHypervisor hypervisor, MachineId machine) throws HypervisorException {
        hypervisor.powerOff(machine);
        hypervisor.undefine(machine);
        Folders.delete(overlay(ROOT));
        Folders.delete(overlay(DATA));
    }

    /** What a point says of it, as an agent would have found it. */
    MachineDocument document(RecoveryHypervisor hypervisor) throws HypervisorException, InterruptedException {
        MachineId machine = define(hypervisor);
        try {
            return new MachineDocument(
                    hypervisor.describe(machine), new CheckpointName(CheckpointName.PREFIX + "bench"));
        } finally {
            remove(hypervisor, machine);
        }
    }

    /** As in a lab; emulated, for the bench's host has no KVM. */
    private String definition() {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <memory unit='MiB'>128</memory>
                  <vcpu>1</vcpu>
                  <cpu mode='maximum'/>
                  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
                  <features><acpi/><apic/></features>
                  <clock offset='utc'/>
                  <on_crash>destroy</on_crash>
                  <devices>
                %s
                %s
                    <interface type='bridge'>
                      <mac address='%s'/>
                      <source bridge='%s'/>
                      <model type='virtio'/>
                    </interface>
                    <serial type='pty'>
                      <log file='/var/log/libvirt/qemu/%s-console.log' append='on'/>
                    </serial>
                    <channel type='unix'>
                      <target type='virtio' name='org.qemu.guest_agent.0'/>
                    </channel>
                    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
                    <memballoon model='none'/>
                  </devices>
                </domain>
                """.formatted(NAME, device(ROOT), device(DATA), MAC, BootHost.BRIDGE, NAME);
    }

    private String device(String name) {
        return """
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='qcow2' discard='unmap'/>
                      <source file='%s'/>
                      <target dev='%s' bus='virtio'/>
                      <serial>%s-%s</serial>
                    </disk>""".formatted(overlay(name), name, NAME, name);
    }
}
