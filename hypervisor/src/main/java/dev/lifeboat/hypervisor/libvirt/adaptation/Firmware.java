package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The firmware, where it keeps its variables, and a kernel that the host would load. */
final class Firmware {

    private Firmware() {}

    static void adapt(Adapting adapting, DomainOffer offer) throws HypervisorException {
        EditableXml os = adapting.domain().need("os");
        kernel(adapting, os);
        if (!os.get("firmware").isEmpty()) {
            selectedByLibvirt(os);
        } else {
            loader(adapting, os, offer);
        }
        variables(adapting, os);
        tables(adapting, os);
    }

    private static void kernel(Adapting adapting, EditableXml os) throws HypervisorException {
        for (String file : List.of("kernel", "initrd", "dtb")) {
            String path = os.text(file);
            if (!path.isEmpty() && !adapting.host().exists(Path.of(path))) {
                throw Adapting.refused(
                        ("The machine starts a file of its host, %s, which is in no point and not on this host. Put it"
                                        + " there, then start again.")
                                .formatted(path));
            }
        }
    }

    /** libvirt chooses the file; what it chose elsewhere it would refuse to be told here (9.0.0). */
    private static void selectedByLibvirt(EditableXml os) {
        os.child("loader").ifPresent(loader -> {
            loader.keepAttributes(Set.of("secure"));
            loader.setText("");
            if (loader.get("secure").isEmpty()) {
                loader.remove();
            }
        });
        os.child("nvram").ifPresent(nvram -> nvram.unset("template"));
    }

    private static void loader(Adapting adapting, EditableXml os, DomainOffer offer) throws HypervisorException {
        Optional<EditableXml> loader = os.child("loader");
        String path = loader.map(EditableXml::text).orElse("");
        if (path.isEmpty() || adapting.host().exists(Path.of(path))) {
            return;
        }
        if (!loader.get().get("type").equals("pflash")) {
            loader.get().remove();
            adapting.tell("The firmware %s is not on this host; the emulator's own BIOS is used.", path);
            return;
        }
        boolean secure = loader.get().get("secure").equals("yes");
        Optional<Long> size = nvramSize(adapting, os);
        FirmwareFile found = FirmwareFile.all(adapting.host()).stream()
                .filter(file -> file.fits(os.get("type", "arch"), offer.machine(), secure, size, adapting.host()))
                .findFirst()
                .orElseThrow(() -> Adapting.refused(
                        ("The firmware %s is not on this host, and none of its kind (UEFI%s%s) was found: install it,"
                                        + " such as with the package ovmf, then start again.")
                                .formatted(
                                        path,
                                        secure ? " with Secure Boot" : "",
                                        size.map(bytes -> ", variables of %d KiB".formatted(bytes >> 10))
                                                .orElse(""))));
        loader.get().setText(found.code());
        os.child("nvram").ifPresent(nvram -> nvram.set("template", found.variables()));
        adapting.tell(
                "The firmware %s is not on this host; %s is of the same kind and used instead.", path, found.code());
    }

    /** Firmware and its variables go together by their size. */
    private static Optional<Long> nvramSize(Adapting adapting, EditableXml os) {
        byte[] variables = adapting.description().files().get("nvram");
        if (variables == null || os.get("nvram", "format").equals("qcow2")) {
            return Optional.empty();
        }
        return Optional.of((long) variables.length);
    }

    private static void variables(Adapting adapting, EditableXml os) {
        boolean kept = adapting.description().files().containsKey("nvram");
        Optional<EditableXml> nvram = os.child("nvram");
        if (nvram.isEmpty() && !kept) {
            return;
        }
        EditableXml place = nvram.orElseGet(() -> os.add("nvram"));
        place.drop("source");
        place.unset("type");
        place.setText(adapting.wanted()
                .folder()
                .resolve("%s_VARS.fd".formatted(adapting.wanted().name()))
                .toString());
        String template = place.get("template");
        if (!template.isEmpty() && !adapting.host().exists(Path.of(template))) {
            place.unset("template");
        }
        if (!kept) {
            adapting.tell("The firmware's variables are not in the point: it starts with those of a new machine, and"
                    + " finds its boot loader only where firmware looks by itself.");
        }
    }

    private static void tables(Adapting adapting, EditableXml os) {
        os.child("acpi")
                .ifPresent(acpi -> acpi.children("table").stream()
                        .filter(table -> !adapting.host().exists(Path.of(table.text())))
                        .toList()
                        .forEach(table -> {
                            table.remove();
                            adapting.tell("The ACPI table %s is not on this host and left out.", table.text());
                        }));
        adapting.domain().children("sysinfo").stream()
                .flatMap(info -> info.children("entry").stream())
                .filter(entry ->
                        !entry.get("file").isEmpty() && !adapting.host().exists(Path.of(entry.get("file"))))
                .toList()
                .forEach(entry -> {
                    entry.remove();
                    adapting.tell(
                            "The host's file %s, which the guest's firmware reads, is not here and left out.",
                            entry.get("file"));
                });
        if (os.get("smbios", "mode").equals("host")) {
            adapting.tell("The guest sees the make and serial number of its host, which is this host now.");
        }
    }
}
