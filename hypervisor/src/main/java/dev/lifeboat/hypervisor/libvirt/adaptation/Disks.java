package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.DiskDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The disks: each on its image here, or gone. */
final class Disks {

    /** What speaks of the place where the disk was kept, or of how that was reached. */
    private static final String[] OF_THE_SOURCE = {
        "source", "backingStore", "mirror", "auth", "encryption", "reservations", "transient", "shareable", "readonly"
    };

    private static final String[] OF_THE_DISK = {"sgio", "rawio", "snapshot"};

    private static final Set<String> DRIVES = Set.of("cdrom", "floppy");

    private Disks() {}

    static void adapt(Adapting adapting) {
        for (EditableXml disk : adapting.devices("disk")) {
            String name = disk.get("target", "dev");
            Path file = adapting.wanted().disks().get(name);
            if (file != null) {
                put(adapting, disk, name, file);
            } else if (DRIVES.contains(disk.get("device"))) {
                empty(adapting, disk, name);
            } else {
                disk.remove();
                adapting.tell("Disk %s is not there: %s", name, reason(adapting, name));
            }
        }
        Set<String> defined = adapting.devices("disk").stream()
                .map(disk -> disk.get("target", "dev"))
                .collect(Collectors.toSet());
        List<String> lost = adapting.wanted().disks().keySet().stream()
                .filter(name -> !defined.contains(name))
                .sorted()
                .toList();
        for (String name : lost) {
            adapting.tell(
                    "Disk %s is not there, though it is in the point: it was plugged in for the running machine alone,"
                            + " and is in no definition. Its content can be exported.",
                    name);
        }
    }

    private static String reason(Adapting adapting, String name) {
        Optional<DiskDescription> described = adapting.description().disks().stream()
                .filter(disk -> disk.name().equals(name))
                .findFirst();
        return described.flatMap(DiskDescription::notCovered).orElse("it is not in the point.");
    }

    private static void put(Adapting adapting, EditableXml disk, String name, Path file) {
        disk.drop(OF_THE_SOURCE);
        for (String attribute : OF_THE_DISK) {
            disk.unset(attribute);
        }
        disk.set("type", "file").set("device", "disk");
        EditableXml driver = disk.child("driver").orElseGet(() -> disk.addFirst("driver"));
        driver.set("name", "qemu").set("type", "qcow2");
        // The guest stands still rather than sees an error: it goes on where it was when the disk is there again.
        driver.set("error_policy", "stop").set("rerror_policy", "stop");
        if (driver.unset("copy_on_read")) {
            adapting.tell(
                    "Disk %s does not keep what it reads (copy_on_read): what it keeps is what was written since.",
                    name);
        }
        // The emulated image has no direct way to a device that the two would need.
        if (driver.unset("io")) {
            adapting.tell("Disk %s leaves it to the emulator how its file is read and written.", name);
        }
        disk.add("source").set("file", file.toString());
    }

    private static void empty(Adapting adapting, EditableXml disk, String name) {
        boolean full = disk.drop("source", "backingStore", "mirror", "auth", "encryption");
        disk.set("type", "file");
        disk.child("driver").ifPresent(driver -> {
            driver.keepAttributes(Set.of("name", "queues", "iothread", "ats", "iommu", "packed"));
            driver.set("name", "qemu").set("type", "raw");
        });
        if (full) {
            adapting.tell("Drive %s is empty: what was in it is not in the point.", name);
        }
    }
}
