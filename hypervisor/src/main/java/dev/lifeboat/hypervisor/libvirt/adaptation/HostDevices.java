package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.nio.file.Path;
import java.util.Set;

/** Devices that are a piece of the host, or need one. */
final class HostDevices {

    private static final Path VSOCK = Path.of("/dev/vhost-vsock");
    private static final String RANDOM = "/dev/urandom";
    private static final Set<String> PERSISTENT_MEMORY = Set.of("nvdimm", "virtio-pmem");

    private HostDevices() {}

    static void adapt(Adapting adapting, DomainOffer offer) {
        for (EditableXml device : adapting.devices("hostdev")) {
            device.remove();
            adapting.tell(
                    "A %s device of its host is not there.",
                    device.get("type").isEmpty() ? device.get("mode") : device.get("type"));
        }
        for (EditableXml device : adapting.devices("filesystem")) {
            device.remove();
            adapting.tell(
                    "The folder of its host that the guest saw as '%s' is not there.", device.get("target", "dir"));
        }
        for (EditableXml device : adapting.devices("shmem")) {
            device.remove();
            adapting.tell(
                    "Memory that was shared with other machines of its host (%s) is not there.", device.get("name"));
        }
        for (EditableXml device : adapting.devices("lease")) {
            device.remove();
            adapting.tell(
                    "The lease '%s' of its host is not there: nobody else keeps a second machine from starting.",
                    device.text("key"));
        }
        memory(adapting);
        inputs(adapting);
        tpm(adapting, offer);
        small(adapting);
        encryption(adapting, offer);
    }

    private static void memory(Adapting adapting) {
        for (EditableXml device : adapting.devices("memory")) {
            String model = device.get("model");
            if (PERSISTENT_MEMORY.contains(model) || model.startsWith("sgx")) {
                device.remove();
                adapting.tell("Memory of the kind '%s' is not there: its content is in no point.", model);
            } else if (device.drop("source")) {
                adapting.tell("The memory modules of the machine are on no particular memory of the host.");
            }
        }
    }

    private static void inputs(Adapting adapting) {
        for (EditableXml device : adapting.devices("input")) {
            if (Set.of("passthrough", "evdev").contains(device.get("type"))) {
                device.remove();
                adapting.tell("A keyboard or mouse of its host is not there.");
            }
        }
    }

    private static void tpm(Adapting adapting, DomainOffer offer) {
        for (EditableXml device : adapting.devices("tpm")) {
            String backend = device.get("backend", "type");
            if (!backend.equals("emulator")) {
                device.remove();
                adapting.tell(
                        "The TPM was the one of its host (%s) and is not there: what was sealed by it asks for its"
                                + " recovery key.",
                        backend);
                continue;
            }
            if (!offer.offers("tpm", "backendModel", "emulator")) {
                device.remove();
                adapting.tell(
                        "This host cannot emulate a TPM, and the machine has none: what was sealed by it asks for its"
                                + " recovery key. Install swtpm and start the machine anew to have it.");
                continue;
            }
            EditableXml kept = device.need("backend");
            kept.drop("source");
            if (kept.has("encryption")) {
                adapting.tell(
                        "The state of the TPM is encrypted with the secret %s, which must be known to this host.",
                        kept.get("encryption", "secret"));
            }
            if (adapting.description().files().keySet().stream().noneMatch(file -> file.startsWith("tpm/"))) {
                adapting.tell(
                        "The state of the TPM is not in the point: what was sealed by it asks for its recovery key.");
            }
        }
    }

    private static void small(Adapting adapting) {
        for (EditableXml device : adapting.devices("vsock")) {
            if (adapting.host().exists(VSOCK)) {
                EditableXml number = device.need("cid");
                boolean fixed = !number.get("auto").equals("yes");
                number.unset("address");
                number.set("auto", "yes");
                if (fixed) {
                    adapting.tell("The number that this host reaches the guest by (vsock) is chosen by this host.");
                }
            } else {
                device.remove();
                adapting.tell("This host has no vsock, and the machine has none.");
            }
        }
        for (EditableXml device : adapting.devices("rng")) {
            EditableXml backend = device.need("backend");
            boolean fits = backend.get("model").equals("builtin")
                    || (backend.get("model").equals("random")
                            && (backend.text().isEmpty() || adapting.host().exists(Path.of(backend.text()))));
            if (!fits) {
                adapting.tell("The guest's source of randomness is %s here; it was %s.", RANDOM, backend.text());
                backend.children().forEach(EditableXml::remove);
                backend.keepAttributes(Set.of());
                backend.set("model", "random").setText(RANDOM);
            }
        }
    }

    private static void encryption(Adapting adapting, DomainOffer offer) {
        adapting.domain().child("launchSecurity").ifPresent(security -> {
            String type = security.get("type");
            if (!offer.hasFeature(type.startsWith("sev") ? "sev" : type)) {
                security.remove();
                adapting.tell("This host cannot encrypt the memory of machines (%s): this one's is not.", type);
            }
        });
    }
}
