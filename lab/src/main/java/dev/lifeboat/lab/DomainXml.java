package dev.lifeboat.lab;

import dev.lifeboat.host.Accelerator;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A machine's description in libvirt's own form (https://libvirt.org/formatdomain.html), as an administrator would
 * write it: nothing in it points outside of the host that runs it.
 */
final class DomainXml {

    private DomainXml() {}

    /** @param hasTpm whether the host can emulate a TPM, for the machine that is to have one */
    static String of(Machine machine, Accelerator accelerator, boolean hasTpm) {
        return """
                <domain type='%s'>
                  <name>%s</name>
                  <memory unit='MiB'>%d</memory>
                  <vcpu>1</vcpu>
                  <cpu mode='maximum'/>
                %s
                  <features><acpi/><apic/></features>
                  <clock offset='utc'/>
                  <on_reboot>restart</on_reboot>
                  <on_crash>destroy</on_crash>
                  <devices>
                %s
                %s
                    <serial type='pty'>
                      <log file='/var/log/libvirt/qemu/%s-console.log' append='on'/>
                    </serial>
                    <channel type='unix'>
                      <target type='virtio' name='org.qemu.guest_agent.0'/>
                    </channel>
                    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
                    <memballoon model='none'/>
                %s
                  </devices>
                </domain>
                """.formatted(
                type(accelerator),
                machine,
                machine.memoryMib(),
                firmware(machine),
                machine.disks().stream().map(disk -> disk(machine, disk)).collect(Collectors.joining("\n")),
                networkCards(machine),
                machine,
                machine == Machine.ASSORTED ? assortedDevices(hasTpm) : "");
    }

    private static String networkCards(Machine machine) {
        String first = networkCard(machine.mac(), "virtio");
        return machine == Machine.ASSORTED ? first + "\n" + networkCard(machine.secondMac(), "e1000e") : first;
    }

    private static String networkCard(String mac, String model) {
        return """
                    <interface type='bridge'>
                      <mac address='%s'/>
                      <source bridge='br0'/>
                      <model type='%s'/>
                    </interface>""".formatted(mac, model);
    }

    /** Nobody connects to this screen: its password is there to be captured. VNC takes eight characters of it. */
    private static String assortedDevices(boolean hasTpm) {
        return """
                    <controller type='scsi' model='virtio-scsi'/>
                    <graphics type='vnc' autoport='yes' listen='127.0.0.1' passwd='assorted'/>
                    <video><model type='vga'/></video>
                %s""".formatted(hasTpm ? "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>" : "");
    }

    private static String type(Accelerator accelerator) {
        return switch (accelerator) {
            case KVM -> "kvm";
            case TCG -> "qemu";
        };
    }

    private static String firmware(Machine machine) {
        return switch (machine.firmware()) {
            case BIOS -> "  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>";
            case UEFI -> """
                  <os>
                    <type arch='x86_64' machine='q35'>hvm</type>
                    <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
                    <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/qemu/nvram/%s_VARS.fd</nvram>
                    <boot dev='hd'/>
                  </os>""".formatted(machine);
        };
    }

    /** Discarding is passed on to the file, as an administrator does who wants thin disks to stay thin. */
    private static String disk(Machine machine, Machine.Disk disk) {
        boolean readOnly = disk.use() == Machine.Use.CD_ROM;
        return """
                    <disk type='file' device='%s'>
                      <driver name='qemu' type='%s'%s/>
                      <source file='/var/lib/libvirt/images/%s'/>
                      <target dev='%s' bus='%s'/>
                      <serial>%s</serial>%s
                    </disk>""".formatted(
                        readOnly ? "cdrom" : "disk",
                        disk.format(),
                        readOnly ? "" : " discard='unmap'",
                        disk.fileOf(machine),
                        disk.target(),
                        disk.bus().name().toLowerCase(Locale.ROOT),
                        disk.serial(),
                        switch (disk.use()) {
                            case DISK, OVERLAY -> "";
                            case SHARED -> "<shareable/>";
                            case CD_ROM -> "<readonly/>";
                        });
    }
}
