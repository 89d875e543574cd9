package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.NetworkInterface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A machine's description in libvirt's words (https://libvirt.org/formatdomain.html), read as far as we need it. */
final class DomainDefinition {

    /** Where libvirt has swtpm keep what emulated TPMs remember, by machine. */
    static final Path TPM_STATES = Path.of("/var/lib/libvirt/swtpm");

    private final XmlElement domain;

    private DomainDefinition(XmlElement domain) {
        this.domain = domain;
    }

    static DomainDefinition parse(String xml) {
        return new DomainDefinition(XmlElement.parse(xml));
    }

    List<DomainDisk> disks() {
        return devices("disk").stream().map(DomainDisk::of).toList();
    }

    Optional<DomainDisk> disk(String name) {
        return disks().stream().filter(disk -> disk.name().equals(name)).findFirst();
    }

    /** The images of a disk of a machine that has a process, the one that the guest writes to first. */
    List<String> images(String name) {
        List<String> images = new ArrayList<>();
        Optional<XmlElement> image = devices("disk").stream()
                .filter(disk -> disk.child("target")
                        .flatMap(target -> target.attribute("dev"))
                        .orElse("")
                        .equals(name))
                .findFirst();
        while (image.filter(one -> one.has("source")).isPresent()) {
            images.add(DomainDisk.sourceOf(image.get()));
            image = image.get().child("backingStore");
        }
        return List.copyOf(images);
    }

    /** Whether what is copied or committed from a disk has caught up with the guest. */
    boolean mirrorIsReady(String name) {
        return devices("disk").stream()
                .filter(disk -> disk.child("target")
                        .flatMap(target -> target.attribute("dev"))
                        .orElse("")
                        .equals(name))
                .flatMap(disk -> disk.child("mirror").stream())
                .anyMatch(mirror -> mirror.attribute("ready", "").equals("yes"));
    }

    /** The network interfaces, with the addresses that are known by their hardware address. */
    List<NetworkInterface> interfaces(Map<String, List<String>> addresses) {
        return devices("interface").stream()
                .filter(device -> device.has("mac"))
                .map(device -> {
                    String mac = device.child("mac")
                            .map(element -> element.attribute("address", ""))
                            .orElse("")
                            .toLowerCase(Locale.ROOT);
                    String model = device.child("model")
                            .map(element -> element.attribute("type", ""))
                            .orElse("");
                    return new NetworkInterface(mac, plug(device), model, addresses.getOrDefault(mac, List.of()));
                })
                .toList();
    }

    private static String plug(XmlElement device) {
        String type = device.attribute("type", "");
        String source = device.child("source")
                .flatMap(element -> element.attribute(type.equals("direct") ? "dev" : type))
                .orElse("");
        return source.isEmpty() ? type : type + ":" + source;
    }

    /** Where its firmware keeps its variables; empty of a machine with BIOS. */
    Optional<Path> nvram() {
        return domain.child("os", "nvram").flatMap(nvram -> {
            String file = nvram.child("source")
                    .map(source -> source.attribute("file", ""))
                    .orElseGet(nvram::text);
            return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
        });
    }

    /** Where an emulated TPM keeps its state; empty without one. */
    Optional<Path> tpm() {
        boolean emulated = devices("tpm").stream()
                .anyMatch(tpm -> tpm.child("backend")
                        .map(backend -> backend.attribute("type", ""))
                        .orElse("")
                        .equals("emulator"));
        String version = devices("tpm").stream()
                .flatMap(tpm -> tpm.child("backend").stream())
                .map(backend -> backend.attribute("version", "2.0"))
                .findFirst()
                .orElse("2.0");
        return emulated
                ? Optional.of(TPM_STATES.resolve(uuid().toString()).resolve(version.equals("1.2") ? "tpm1.2" : "tpm2"))
                : Optional.empty();
    }

    UUID uuid() {
        return UUID.fromString(domain.child("uuid").map(XmlElement::text).orElse(""));
    }

    /** What of it besides disks cannot be protected, each in a sentence. */
    List<String> notCovered() {
        List<String> sentences = new ArrayList<>();
        for (XmlElement device : devices("hostdev")) {
            sentences.add("A %s device of the host is passed through: it is not there after a recovery."
                    .formatted(device.attribute("type", "")));
        }
        for (XmlElement device : devices("filesystem")) {
            String target = device.child("target")
                    .map(element -> element.attribute("dir", ""))
                    .orElse("");
            sentences.add("The folder of the host that the guest sees as '%s' is not protected.".formatted(target));
        }
        for (XmlElement device : devices("tpm")) {
            String backend = device.child("backend")
                    .map(element -> element.attribute("type", ""))
                    .orElse("");
            if (!backend.equals("emulator")) {
                sentences.add("The TPM is the host's own (%s): its state cannot be taken along.".formatted(backend));
            }
        }
        for (XmlElement device : devices("memory")) {
            if (device.attribute("model", "").endsWith("nvdimm")
                    || device.attribute("model", "").equals("virtio-pmem")) {
                sentences.add("Persistent memory (%s) is not protected.".formatted(device.attribute("model", "")));
            }
        }
        return List.copyOf(sentences);
    }

    private List<XmlElement> devices(String name) {
        return domain.child("devices").map(devices -> devices.children(name)).orElse(List.of());
    }
}
