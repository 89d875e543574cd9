package dev.lifeboat.simulation;

import dev.lifeboat.host.Program;
import dev.lifeboat.lab.LabHost;
import java.nio.file.Path;

/** A machine that has nothing to boot and does nothing, beside scribe. */
record Mate(TestLab lab) {

    /** Makes it known and starts it. */
    void define() throws InterruptedException {
        Path disk = lab.file(LabHost.PRIMARY_1, "lib/images/mate.qcow2");
        Program.of("qemu-img", "create", "-q", "-f", "qcow2", disk.toString(), "16M")
                .ask();
        Program.of("qemu-io", "-f", "qcow2", "-c", "write -P 9 0 4M", disk.toString())
                .ask();
        lab.virsh(LabHost.PRIMARY_1, "define", "/dev/stdin").reading("""
            <domain type='qemu'><name>mate</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
            <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
            <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
            <source file='/var/lib/libvirt/images/mate.qcow2'/><target dev='vda' bus='virtio'/></disk>
            <memballoon model='none'/><video><model type='vga'/></video></devices></domain>
            """).ask();
        String _ = lab.virsh(LabHost.PRIMARY_1, "start", "mate").ask();
    }
}
