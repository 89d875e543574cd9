package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A host that offers what a test says. In the beginning it has QEMU without KVM, and no files. */
final class OfferInMemory implements HostOffer {

    private final Map<Path, Long> sizes = new HashMap<>();
    private final List<NamedFile> firmware = new ArrayList<>();
    private String type = "qemu";
    private List<String> machines = List.of("pc-i440fx-7.2", "pc-q35-6.2", "pc-q35-7.2", "pc-q35-2.12", "virt-9.0");
    private List<String> cpuModes = List.of("maximum", "host-model", "custom");
    private List<String> processors = List.of("qemu64", "Westmere");
    private List<String> graphics = List.of("vnc", "spice");
    private List<String> tpms = List.of("passthrough", "emulator");

    OfferInMemory withKvm() {
        type = "kvm";
        cpuModes = List.of("host-passthrough", "maximum", "host-model", "custom");
        return this;
    }

    OfferInMemory machines(String... all) {
        machines = List.of(all);
        return this;
    }

    OfferInMemory cpuModes(String... all) {
        cpuModes = List.of(all);
        return this;
    }

    OfferInMemory graphics(String... all) {
        graphics = List.of(all);
        return this;
    }

    OfferInMemory withoutTpm() {
        tpms = List.of("passthrough");
        return this;
    }

    OfferInMemory file(String path, long size) {
        sizes.put(Path.of(path), size);
        return this;
    }

    OfferInMemory firmware(String name, String code, String variables, String machine, String... features) {
        firmware.add(new NamedFile(name, """
                {"interface-types":["uefi"],"mapping":{"device":"flash",
                "executable":{"filename":"%s","format":"raw"},"nvram-template":{"filename":"%s","format":"raw"}},
                "targets":[{"architecture":"x86_64","machines":["%s"]}],"features":[%s]}
                """.formatted(
                        code,
                        variables,
                        machine,
                        List.of(features).stream().map("\"%s\""::formatted).collect(Collectors.joining(",")))));
        return this;
    }

    @Override
    public Optional<String> domainCapabilities(String architecture, Optional<String> machine) {
        if (!architecture.equals("x86_64")) {
            return Optional.empty();
        }
        String wanted = machine.orElse("pc-i440fx-7.2");
        String full = Map.of("pc", "pc-i440fx-7.2", "q35", "pc-q35-7.2").getOrDefault(wanted, wanted);
        if (!machines.contains(full)) {
            return Optional.empty();
        }
        return Optional.of("""
                <domainCapabilities><path>/usr/bin/qemu-system-x86_64</path><domain>%s</domain><machine>%s</machine>
                <vcpu max='255'/><cpu>%s</cpu><devices>
                <graphics supported='yes'><enum name='type'>%s</enum></graphics>
                <video supported='yes'><enum name='modelType'>%s</enum></video>
                <tpm supported='yes'><enum name='backendModel'>%s</enum></tpm></devices>
                <features><sev supported='no'/></features></domainCapabilities>
                """.formatted(
                        type,
                        full,
                        cpuModes.stream()
                                .map("<mode name='%s' supported='yes'/>"::formatted)
                                .collect(Collectors.joining()),
                        values(graphics),
                        values(List.of("vga", "virtio")),
                        values(tpms)));
    }

    private static String values(List<String> all) {
        return all.stream().map("<value>%s</value>"::formatted).collect(Collectors.joining());
    }

    @Override
    public String capabilities() {
        return "<capabilities><guest><arch name='x86_64'>%s</arch></guest></capabilities>"
                .formatted(machines.stream()
                        .map("<machine>%s</machine>"::formatted)
                        .collect(Collectors.joining()));
    }

    @Override
    public boolean canHaveProcessor(String architecture, String machine, String ofType, String cpu) {
        return processors.stream().anyMatch(cpu::contains) && !cpu.contains("avx512f");
    }

    @Override
    public boolean exists(Path path) {
        return sizes.containsKey(path);
    }

    @Override
    public Optional<Long> sizeOf(Path path) {
        return Optional.ofNullable(sizes.get(path));
    }

    @Override
    public List<NamedFile> files(Path folder, String ending) {
        return folder.equals(Path.of("/usr/share/qemu/firmware")) ? List.copyOf(firmware) : List.of();
    }
}
