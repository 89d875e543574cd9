package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.DiskFile;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.util.Map;
import java.util.Optional;

/** In which files a definition keeps its disks. */
public final class DiskFiles {

    /** What tells of the image that the disk is not kept in any more. */
    private static final String[] OF_THE_IMAGE = {"source", "backingStore", "mirror", "auth", "encryption"};

    private DiskFiles() {}

    /**
     * The definition with disks in other files; empty when they are in these already.
     *
     * @throws HypervisorException with {@link Kind#FAILED} when it has no such disk
     */
    public static Optional<String> keptIn(String definition, Map<String, DiskFile> files) throws HypervisorException {
        EditableXml domain = EditableXml.parse(definition);
        boolean changed = false;
        for (Map.Entry<String, DiskFile> wanted : files.entrySet()) {
            changed |= keep(disk(domain, wanted.getKey()), wanted.getValue());
        }
        return changed ? Optional.of(domain.write()) : Optional.empty();
    }

    private static EditableXml disk(EditableXml domain, String name) throws HypervisorException {
        return domain.child("devices").stream()
                .flatMap(devices -> devices.children("disk").stream())
                .filter(disk -> disk.get("target", "dev").equals(name))
                .findFirst()
                .orElseThrow(() -> new HypervisorException(Kind.FAILED, "the machine has no disk %s".formatted(name)));
    }

    private static boolean keep(EditableXml disk, DiskFile wanted) {
        if (disk.get("type").equals("file")
                && disk.get("source", "file").equals(wanted.file().toString())
                && disk.get("driver", "type").equals(wanted.format())) {
            return false;
        }
        disk.drop(OF_THE_IMAGE);
        disk.set("type", "file");
        EditableXml driver = disk.child("driver").orElseGet(() -> disk.addFirst("driver"));
        driver.set("name", "qemu").set("type", wanted.format());
        disk.add("source").set("file", wanted.file().toString());
        return true;
    }
}
