package dev.lifeboat.lab;

import dev.lifeboat.host.Accelerator;
import java.util.stream.Collectors;

/**
 * A machine's description in libvirt's own form (https://libvirt.org/formatdomain.html), as an administrator would
 * write it: nothing in it points outside of the host that runs it.
 */
final class DomainXml {

    private DomainXml() {}

    static String of(Machine machine, Accelerator accelerator) {
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
                    <interface type='bridge'>
                      <mac address='%s'/>
                      <source bridge='br0'/>
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
                """.formatted(
                type(accelerator),
                machine,
                machine.memoryMib(),
                firmware(machine),
                machine.disks().stream().map(disk -> disk(machine, disk)).collect(Collectors.joining("\n")),
                machine.mac(),
                machine);
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

    private static String disk(Machine machine, Machine.Disk disk) {
        return """
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='qcow2'/>
                      <source file='/var/lib/libvirt/images/%s'/>
                      <target dev='%s' bus='virtio'/>
                      <serial>%s</serial>
                    </disk>""".formatted(disk.fileOf(machine), disk.target(), disk.serial());
    }
}
