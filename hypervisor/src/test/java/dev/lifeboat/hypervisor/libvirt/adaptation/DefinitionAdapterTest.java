package dev.lifeboat.hypervisor.libvirt.adaptation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is host-specific is adapted and told, and the rest is kept. */
final class DefinitionAdapterTest {

    private static final MachineId ID = new MachineId(UUID.fromString("6f2f6c0e-0000-4000-8000-000000000001"));
    private static final String MAC = "52:54:00:aa:00:01";
    private static final UUID GENERATION = new UUID(5, 6);
    private static final int VARIABLES = 540_672;

    private final OfferInMemory host = new OfferInMemory();
    private Map<String, byte[]> files = Map.of();
    private Optional<MachineId> identity = Optional.empty();
    private Optional<UUID> generation = Optional.empty();
    private Map<String, String> bridges = Map.of();

    // Disks

    @Test
    void aDiskLiesOnItsImageHereAndStopsTheGuestRatherThanShowAnError() throws Exception {
        AdaptedMachine adapted = devices("""
                <disk type='block' device='lun' rawio='yes' sgio='unfiltered'>
                <driver name='qemu' type='raw' cache='none' io='native' copy_on_read='on' discard='unmap' queues='4'/>
                <source dev='/dev/vg/a'><reservations managed='yes'/></source><backingStore/>
                <target dev='vda' bus='virtio'/><serial>S1</serial><wwn>5000c500155a81d1</wwn><boot order='1'/>
                <shareable/><auth username='u'/><encryption format='luks'/>
                <address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x0'/></disk>
                """);
        assertThat(adapted.definition())
                .contains("error_policy=\"stop\"", "rerror_policy=\"stop\"", "type=\"qcow2\"", "discard=\"unmap\"")
                .contains("cache=\"none\"", "queues=\"4\"", "<source file=\"/here/vda\"/>", "device=\"disk\"")
                .contains("<serial>S1</serial>", "5000c500155a81d1", "slot=\"0x07\"", "<boot order=\"1\"/>")
                .doesNotContain(
                        "/dev/vg/a", "rawio", "sgio", "shareable", "<auth", "<encryption", "copy_on_read", "io=\"");
        assertThat(adapted.adaptations()).anySatisfy(told -> assertThat(told).contains("vda", "copy_on_read"));
    }

    @Test
    void aDiskWithoutAnImageIsDroppedAndADriveIsEmptied() throws Exception {
        AdaptedMachine adapted = devices("""
                <disk type='file' device='disk'><source file='/there/b'/><target dev='vdb' bus='virtio'/></disk>
                <disk type='file' device='cdrom'><driver name='qemu' type='raw' cache='none'/><source file='/there/c.iso'/>
                <target dev='sdc' bus='sata'/><readonly/></disk>
                <disk type='block' device='floppy'><source dev='/dev/fd0'/><target dev='fda'/></disk>
                """);
        assertThat(adapted.definition())
                .doesNotContain("vdb", "/there", "/dev/fd0")
                .contains("sdc", "fda", "<readonly/>");
        assertThat(adapted.adaptations())
                .contains(
                        "Disk vdb is not there: it is not in the point.",
                        "Drive sdc is empty: what was in it is not in the point.",
                        "Drive fda is empty: what was in it is not in the point.");
    }

    @Test
    void aDiskThatWasPluggedInForTheRunningMachineAloneIsTold() throws Exception {
        assertThat(devices("").adaptations())
                .anySatisfy(told -> assertThat(told).contains("vda", "plugged in"));
    }

    // Interfaces

    @ParameterizedTest
    @CsvSource({"bridge", "network", "direct", "hostdev", "vhostuser", "user", "vdpa"})
    void anInterfaceIsPluggedIntoTheBridgeThatIsNamedForIt(String type) throws Exception {
        bridges = Map.of(MAC, "lifeboat0");
        AdaptedMachine adapted = card(type);
        assertThat(adapted.definition())
                .contains("<interface type=\"bridge\"", "<source bridge=\"lifeboat0\"/>", "52:54:00:AA:00:01")
                .contains("slot=\"0x03\"", "<model type=\"virtio\"/>", "<mtu size=\"9000\"/>")
                .doesNotContain(
                        "vnet", "/there", "vhost\"", "<vlan", "filterref", "virtualport", "trustGuestRxFilters");
    }

    @Test
    void anInterfaceWithoutABridgeIsOnNothingAndItsLinkIsDown() throws Exception {
        AdaptedMachine adapted = card("network");
        assertThat(adapted.definition())
                .contains("<interface type=\"ethernet\"", "<link state=\"down\"/>")
                .doesNotContain("<source", "bridge=");
        assertThat(adapted.adaptations()).anySatisfy(told -> assertThat(told).contains(MAC, "not plugged in"));
    }

    private AdaptedMachine card(String type) throws HypervisorException {
        return devices("""
                <interface type='%s' managed='yes' trustGuestRxFilters='yes'><mac address='52:54:00:AA:00:01'/>
                <source network='n' portid='p' bridge='there0' path='/there/s'/><target dev='vnet7'/>
                <model type='virtio'/><driver name='vhost' queues='2'/><vlan><tag id='7'/></vlan>
                <virtualport type='openvswitch'/><filterref filter='clean-traffic'/><mtu size='9000'/>
                <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/></interface>
                """.formatted(type));
    }

    // Identity

    @Test
    void aKeptIdentityIsKeptToTheLetter() throws Exception {
        AdaptedMachine adapted = domain("""
                <genid>11111111-0000-4000-8000-000000000001</genid><clock offset='variable' adjustment='3600' basis='utc'/>
                <sysinfo type='smbios'><system><entry name='uuid'>%s</entry></system></sysinfo>
                <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>preserve</on_crash>
                """.formatted(ID));
        assertThat(adapted.id()).isEqualTo(ID);
        assertThat(adapted.definition())
                .contains("<uuid>%s</uuid>".formatted(ID), "adjustment=\"3600\"", "<on_crash>preserve</on_crash>")
                .contains("<genid>11111111-0000-4000-8000-000000000001</genid>", "<name>here</name>");
        assertThat(adapted.adaptations()).containsOnlyOnce("The machine is called 'here' here; it was 'there'.");
    }

    @Test
    void aNewIdentityKeepsItsHardwareAddresses() throws Exception {
        identity = Optional.of(new MachineId(new UUID(9, 9)));
        bridges = Map.of(MAC, "lifeboat0");
        AdaptedMachine adapted = card("bridge");
        assertThat(adapted.id()).isEqualTo(identity.get());
        assertThat(adapted.definition())
                .contains("<uuid>%s</uuid>".formatted(identity.get()), "<source bridge=\"lifeboat0\"/>")
                .contains("<mac address=\"52:54:00:AA:00:01\"/>");
        assertThat(adapted.adaptations()).anySatisfy(told -> assertThat(told).contains("new identity"));
    }

    @Test
    void theGenerationIdIsRenewedWhereThereIsOneAndNoneIsInvented() throws Exception {
        generation = Optional.of(GENERATION);
        AdaptedMachine renewed = domain("<genid>11111111-0000-4000-8000-000000000001</genid>");
        assertThat(renewed.definition()).contains("<genid>%s</genid>".formatted(GENERATION));
        AdaptedMachine without = domain("");
        assertThat(without.definition()).doesNotContain("genid");
        assertThat(without.adaptations())
                .anySatisfy(told -> assertThat(told).contains("domain controller", "none is invented"));
    }

    // Platform

    @ParameterizedTest
    @CsvSource({
        "pc-q35-7.2,          pc-q35-7.2",
        "pc-q35-9.1,          pc-q35-7.2",
        "pc-q35-rhel9.4.0,    pc-q35-7.2",
        "pc-i440fx-jammy,     pc-i440fx-7.2",
        "pc-1.3,              pc-i440fx-7.2",
        "virt-2.1,            virt-9.0"
    })
    void aMachineTypeThatIsMissingBecomesTheNewestOfItsFamily(String wanted, String given) throws Exception {
        AdaptedMachine adapted = machineType(wanted);
        assertThat(adapted.definition()).contains("machine=\"%s\"".formatted(given));
        assertThat(adapted.adaptations().stream().anyMatch(told -> told.contains(wanted)))
                .isEqualTo(!wanted.equals(given));
    }

    @Test
    void aFamilyThatIsMissingAndAnArchitectureThatIsMissingAreRefused() {
        refused("no machine type of the family", () -> machineType("s390-ccw-virtio-7.0"));
        refused("aarch64", () -> adapt("<os><type arch='aarch64' machine='virt-9.0'>hvm</type></os>", ""));
    }

    private AdaptedMachine machineType(String machine) throws HypervisorException {
        return adapt("<os><type arch='x86_64' machine='%s'>hvm</type></os>".formatted(machine), "");
    }

    @Test
    void accelerationIsWhatThisHostHas() throws Exception {
        assertThat(domain("<vcpu>2</vcpu>").adaptations())
                .anySatisfy(told -> assertThat(told).contains("much slower"));
        host.withKvm();
        AdaptedMachine accelerated = domain("<vcpu>2</vcpu>");
        assertThat(accelerated.definition()).contains("<domain type=\"kvm\"");
        assertThat(accelerated.processors()).isEqualTo(2);
        assertThat(accelerated.memoryBytes()).isEqualTo(2L << 30);
    }

    @Test
    void aProcessorThatThisHostCannotGiveIsReplacedAndItsTopologyKept() throws Exception {
        String topology = "<topology sockets='1' dies='1' cores='2' threads='1'/>";
        for (String cpu : List.of(
                "<cpu mode='host-passthrough' check='none' migratable='on'>%s</cpu>",
                "<cpu mode='custom' match='exact'><model>Skylake-Server</model><vendor>Intel</vendor>%s</cpu>",
                "<cpu match='exact'><model>Westmere</model><feature policy='require' name='avx512f'/>%s</cpu>")) {
            AdaptedMachine adapted = domain(cpu.formatted(topology));
            assertThat(adapted.definition())
                    .contains("<cpu mode=\"host-model\"><topology")
                    .doesNotContain("Skylake", "avx512f", "passthrough");
            assertThat(adapted.adaptations())
                    .anySatisfy(told -> assertThat(told).contains("processor"));
        }
        host.cpuModes("maximum");
        assertThat(domain("<cpu mode='host-model'/>").definition()).contains("<cpu mode=\"maximum\"/>");
    }

    @Test
    void aProcessorThatThisHostHasIsKept() throws Exception {
        String cpu =
                "<cpu mode=\"custom\" match=\"exact\" check=\"partial\"><model fallback=\"forbid\">Westmere</model></cpu>";
        AdaptedMachine adapted = domain(cpu);
        assertThat(adapted.definition()).contains("Westmere", "check=\"partial\"");
        assertThat(adapted.adaptations()).noneMatch(told -> told.contains("processor that it had"));
    }

    // Firmware

    @Test
    void firmwareThatIsMissingIsReplacedByOneOfItsKind() throws Exception {
        files = Map.of("nvram", new byte[VARIABLES]);
        host.file("/fw/small.fd", 1).file("/fw/small-vars.fd", 131_072);
        host.file("/fw/secure.fd", 1).file("/fw/code.fd", 1).file("/fw/vars.fd", VARIABLES);
        host.firmware("10.json", "/fw/small.fd", "/fw/small-vars.fd", "pc-q35-*");
        host.firmware("20.json", "/fw/secure.fd", "/fw/vars.fd", "pc-q35-*", "secure-boot", "requires-smm");
        host.firmware("30.json", "/fw/gone.fd", "/fw/vars.fd", "pc-q35-*");
        host.firmware("40.json", "/fw/code.fd", "/fw/vars.fd", "pc-q35-*");
        AdaptedMachine adapted = uefi("");
        assertThat(adapted.definition())
                .contains(">/fw/code.fd</loader>", "template=\"/fw/vars.fd\"", ">/run-folder/here_VARS.fd</nvram>")
                .doesNotContain("/there");
        assertThat(adapted.adaptations())
                .anySatisfy(told -> assertThat(told).contains("/there/code.fd", "/fw/code.fd"));
        assertThat(uefi("secure='yes'").definition()).contains("/fw/secure.fd");
    }

    @Test
    void withoutFirmwareOfItsKindTheMachineIsRefused() {
        files = Map.of("nvram", new byte[VARIABLES]);
        host.file("/fw/small.fd", 1).file("/fw/small-vars.fd", 131_072);
        host.firmware("10.json", "/fw/small.fd", "/fw/small-vars.fd", "pc-q35-*");
        refused("variables of 528 KiB", () -> uefi(""));
        refused("Secure Boot", () -> uefi("secure='yes'"));
    }

    @Test
    void whatLibvirtChoseThereItChoosesAnewHere() throws Exception {
        files = Map.of("nvram", new byte[VARIABLES]);
        AdaptedMachine adapted = adapt("""
                <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>
                <firmware><feature enabled='yes' name='secure-boot'/></firmware>
                <loader readonly='yes' secure='yes' type='pflash'>/there/code.fd</loader>
                <nvram template='/there/vars.fd'>/there/v.fd</nvram></os>
                """, "");
        assertThat(adapted.definition())
                .contains("<os firmware=\"efi\">", "<loader secure=\"yes\"/>", "secure-boot")
                .contains("<nvram>/run-folder/here_VARS.fd</nvram>")
                .doesNotContain("/there/");
    }

    @Test
    void aKernelOfTheHostThatIsNotHereIsRefused() {
        refused("/there/vmlinuz", () -> adapt("""
                <os><type arch='x86_64' machine='q35'>hvm</type><kernel>/there/vmlinuz</kernel></os>
                """, ""));
    }

    private AdaptedMachine uefi(String attribute) throws HypervisorException {
        return adapt("""
                <os><type arch='x86_64' machine='q35'>hvm</type>
                <loader readonly='yes' type='pflash' %s>/there/code.fd</loader>
                <nvram template='/there/vars.fd'>/there/v.fd</nvram></os>
                """.formatted(attribute), "");
    }

    // Everything that is a piece of its host

    @Test
    void piecesOfTheHostAreNotThereAndEachIsTold() throws Exception {
        AdaptedMachine adapted = devices("""
                <emulator>/there/qemu-kvm</emulator>
                <hostdev mode='subsystem' type='pci' managed='yes'><source/></hostdev>
                <filesystem type='mount'><source dir='/srv'/><target dir='share'/></filesystem>
                <memory model='nvdimm' access='shared'><source><path>/there/pmem</path></source></memory>
                <tpm model='tpm-crb'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>
                <shmem name='ivs'/><lease><lockspace>l</lockspace><key>k</key></lease>
                <input type='evdev'><source dev='/dev/input/event1'/></input>
                <serial type='file'><source path='/there/serial.log'/><target port='0'/></serial>
                <channel type='unix'><source mode='bind' path='/there/agent.sock'/>
                <target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <rng model='virtio'><backend model='egd' type='udp'><source/></backend></rng>
                <vsock model='virtio'><cid auto='no' address='3'/></vsock>
                <audio id='1' type='pulseaudio' serverName='/there/pulse'/>
                """);
        assertThat(adapted.definition())
                .doesNotContain(
                        "/there", "hostdev", "filesystem", "nvdimm", "<tpm", "shmem", "<lease", "evdev", "egd", "vsock")
                .contains("<emulator>/usr/bin/qemu-system-x86_64</emulator>", "<serial type=\"pty\">")
                .contains("<source mode=\"bind\"/>", "org.qemu.guest_agent.0", "/dev/urandom", "type=\"none\"");
        assertThat(adapted.adaptations())
                .anySatisfy(told -> assertThat(told).contains("pci"))
                .anySatisfy(told -> assertThat(told).contains("share"))
                .anySatisfy(told -> assertThat(told).contains("nvdimm"))
                .anySatisfy(told -> assertThat(told).contains("TPM"))
                .anySatisfy(told -> assertThat(told).contains("emulator"));
    }

    @Test
    void anEmulatedTpmIsKeptWhereItCanBe() throws Exception {
        String tpm = "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>";
        files = Map.of("tpm/tpm2-00.permall", new byte[] {1});
        assertThat(devices(tpm).definition()).contains("<tpm model=\"tpm-crb\"");
        host.withoutTpm();
        AdaptedMachine without = devices(tpm);
        assertThat(without.definition()).doesNotContain("<tpm");
        assertThat(without.adaptations()).anySatisfy(told -> assertThat(told).contains("swtpm"));
    }

    @Test
    void howTheHostDividedItselfIsDropped() throws Exception {
        AdaptedMachine adapted = domain("""
                <vcpu placement='auto' cpuset='0-3'>2</vcpu><numatune><memory mode='strict' nodeset='1'/></numatune>
                <cputune><shares>2048</shares><vcpupin vcpu='0' cpuset='1'/></cputune>
                <memoryBacking><hugepages/><locked/></memoryBacking>
                <blkiotune><weight>500</weight></blkiotune><resource><partition>/production</partition></resource>
                <seclabel type='static' model='selinux' relabel='no'><label>system_u:x</label></seclabel>
                """);
        assertThat(adapted.definition())
                .doesNotContain("numatune", "vcpupin", "hugepages", "blkiotune", "resource", "seclabel", "cpuset")
                .contains("<shares>2048</shares>", "<locked/>");
        assertThat(adapted.adaptations())
                .anySatisfy(told -> assertThat(told).contains("/production"))
                .anySatisfy(told -> assertThat(told).contains("label"))
                .anySatisfy(told -> assertThat(told).contains("huge pages"));
    }

    @Test
    void aScreenIsReachedFromThisHostAloneUnlessItWasForAll() throws Exception {
        assertThat(devices("<graphics type='vnc' port='5907' autoport='no' listen='10.1.2.3' passwd='s'>"
                                + "<listen type='address' address='10.1.2.3'/></graphics>")
                        .definition())
                .contains("listen=\"127.0.0.1\"", "port=\"-1\"", "autoport=\"yes\"", "passwd=\"s\"")
                .doesNotContain("10.1.2.3", "5907");
        assertThat(devices("<graphics type='vnc' autoport='yes'><listen type='address' address='0.0.0.0'/></graphics>")
                        .definition())
                .contains("listen=\"0.0.0.0\"");
    }

    @Test
    void withoutSpiceThereIsAScreenStill() throws Exception {
        host.graphics("vnc");
        AdaptedMachine adapted = devices("""
                <graphics type='spice' autoport='yes' passwd='s'><image compression='off'/></graphics>
                <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>
                <redirdev bus='usb' type='spicevmc'/><video><model type='qxl' ram='65536' heads='1'/></video>
                """);
        assertThat(adapted.definition())
                .contains("<graphics", "type=\"vnc\"", "passwd=\"s\"", "type=\"vga\"")
                .doesNotContain("spice", "qxl", "65536");
    }

    @Test
    void itStartsFromItsDiskAndNotFromTheNetwork() throws Exception {
        AdaptedMachine adapted = devices("""
                <disk type='file' device='disk'><source file='/there/a'/><target dev='vda'/><boot order='2'/></disk>
                <interface type='bridge'><mac address='52:54:00:AA:00:01'/><boot order='1'/></interface>
                """);
        assertThat(adapted.definition()).contains("<boot order=\"2\"/>").doesNotContain("<boot order=\"1\"/>");
        assertThat(adapted.adaptations()).anySatisfy(told -> assertThat(told).contains("starts from its disk"));
    }

    // What nobody knows

    @Test
    void whatNobodyKnowsIsKept() throws Exception {
        AdaptedMachine adapted = adapt(
                "<os><type arch='x86_64' machine='q35'>hvm</type></os>",
                "<metadata><a:b xmlns:a='urn:a' c='d'>e &amp; f</a:b></metadata><future><thing x='1'/></future>"
                        + "<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
                        + "<qemu:arg value='-no-hpet'/></qemu:commandline>");
        assertThat(adapted.definition())
                .contains("<a:b", "xmlns:a=\"urn:a\"", "e &amp; f", "<thing x=\"1\"/>", "-no-hpet")
                .contains("http://libvirt.org/schemas/domain/qemu/1.0");
        assertThat(adapted.adaptations()).anySatisfy(told -> assertThat(told).contains("qemu:commandline"));
    }

    @Test
    void theMarkOfAnEarlierOwnerIsReplaced() throws Exception {
        String once = domain("").definition();
        assertThat(Mark.ownerIn(once)).contains("run 17");
        AdaptedMachine again = DefinitionAdapter.adapt(description(once), wanted("run 18"), host);
        assertThat(Mark.ownerIn(again.definition())).contains("run 18");
        assertThat(Mark.ownerIn(Mark.takenFrom(again.definition()))).isEmpty();
        assertThat(Mark.ownerIn("<domain/>")).isEmpty();
    }

    @Test
    void entitiesAndWhatIsNoDefinitionAreRefused() {
        for (String bad : List.of(
                "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain type='kvm'><name>&e;</name></domain>",
                "<domain",
                "<network/>",
                "<domain type='kvm'><uuid>x</uuid></domain>",
                "<domain type='kvm'><uuid>%s</uuid><vcpu>many</vcpu></domain>".formatted(ID),
                "<domain type='xen'/>")) {
            assertThatThrownBy(() -> DefinitionAdapter.adapt(description(bad), wanted("run 17"), host))
                    .isInstanceOfSatisfying(
                            HypervisorException.class,
                            refusal -> assertThat(refusal.kind()).isEqualTo(Kind.UNSUPPORTED));
        }
    }

    // What tests are made of

    private interface Adapting {
        AdaptedMachine adapted() throws HypervisorException;
    }

    private static void refused(String reason, Adapting call) {
        assertThatThrownBy(call::adapted)
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining(reason);
    }

    private AdaptedMachine devices(String devices) throws HypervisorException {
        return adapt(
                "<os><type arch='x86_64' machine='q35'>hvm</type></os>", "<devices>%s</devices>".formatted(devices));
    }

    private AdaptedMachine domain(String elements) throws HypervisorException {
        return adapt("<os><type arch='x86_64' machine='q35'>hvm</type></os>", elements);
    }

    private AdaptedMachine adapt(String os, String elements) throws HypervisorException {
        return DefinitionAdapter.adapt(description("""
                        <domain type='kvm' id='7'><name>there</name><uuid>%s</uuid><memory unit='GiB'>2</memory>%s%s</domain>
                        """.formatted(ID, os, elements)), wanted("run 17"), host);
    }

    private Adaptation wanted(String owner) {
        return new Adaptation(
                "here",
                owner,
                identity,
                generation,
                Map.of("vda", Path.of("/here/vda")),
                bridges,
                Path.of("/run-folder"));
    }

    private MachineDescription description(String definition) {
        return new MachineDescription(
                new Machine(ID, "there", PowerState.RUNNING),
                "primary",
                "libvirt",
                definition,
                List.of(),
                List.of(),
                files,
                List.of());
    }
}
