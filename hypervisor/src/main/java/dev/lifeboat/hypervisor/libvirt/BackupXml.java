package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The descriptions of backups and checkpoints (https://libvirt.org/formatbackup.html, formatcheckpoint.html). */
final class BackupXml {

    private BackupXml() {}

    /**
     * A backup in pull mode.
     *
     * @param all the machine's disks
     * @param order which of them are to be shown, and the changes of which
     * @param scratch the scratch file of a disk
     */
    static String backup(Collection<DomainDisk> all, CaptureOrder order, Path socket, Function<String, Path> scratch) {
        String disks = all.stream()
                .map(disk -> order.disks().contains(disk.name()) ? shown(disk, order, scratch) : notShown(disk))
                .collect(Collectors.joining());
        return """
                <domainbackup mode='pull'>
                <server transport='unix' socket='%s'/>
                <disks>%s</disks>
                </domainbackup>
                """.formatted(XmlElement.escaped(socket.toString()), disks);
    }

    private static String shown(DomainDisk disk, CaptureOrder order, Function<String, Path> scratch) {
        Optional<CheckpointName> since = order.since(disk.name());
        String mode = since.isPresent() && disk.tracked()
                ? "backupmode='incremental' incremental='%s' exportbitmap='%s'"
                        .formatted(since.get(), changesOf(disk.name()))
                : "backupmode='full'";
        return """
                <disk name='%s' backup='yes' type='file' exportname='%1$s' %s>
                <driver type='qcow2'/><scratch file='%s'/></disk>
                """.formatted(
                disk.name(), mode, XmlElement.escaped(scratch.apply(disk.name()).toString()));
    }

    private static String notShown(DomainDisk disk) {
        return "<disk name='%s' backup='no'/>".formatted(disk.name());
    }

    /** The bitmap that an incremental backup exports; it lives as long as the backup. */
    static String changesOf(String disk) {
        return "changes-" + disk;
    }

    /** A checkpoint of some of the machine's disks. */
    static String checkpoint(CheckpointName name, Collection<DomainDisk> all, Collection<String> covered) {
        return "<domaincheckpoint><name>%s</name>%s</domaincheckpoint>".formatted(name, disks(name, all, covered));
    }

    /**
     * A checkpoint that libvirt has forgotten.
     *
     * @param definition of the machine
     */
    static String redefinition(
            CheckpointName name,
            Optional<String> parent,
            long createdSeconds,
            Collection<DomainDisk> all,
            Collection<String> covered,
            String definition) {
        return "<domaincheckpoint><name>%s</name>%s<creationTime>%d</creationTime>%s%s</domaincheckpoint>"
                .formatted(
                        name,
                        parent.map(older -> "<parent><name>%s</name></parent>".formatted(XmlElement.escaped(older)))
                                .orElse(""),
                        createdSeconds,
                        disks(name, all, covered),
                        definition);
    }

    private static String disks(CheckpointName name, Collection<DomainDisk> all, Collection<String> covered) {
        return all.stream()
                .map(disk -> covered.contains(disk.name())
                        ? "<disk name='%s' checkpoint='bitmap' bitmap='%s'/>".formatted(disk.name(), name)
                        : "<disk name='%s' checkpoint='no'/>".formatted(disk.name()))
                .collect(Collectors.joining("", "<disks>", "</disks>"));
    }

    /** The Unix socket of a backup under way. */
    static Optional<Path> socketOf(String backup) {
        return XmlElement.parse(backup)
                .child("server")
                .flatMap(server -> server.attribute("socket"))
                .map(Path::of);
    }

    /** By the name of each disk that is shown, how libvirt calls its scratch image, such as {@code vda[5]}. */
    static Map<String, String> scratchImages(String backup) {
        Map<String, String> images = new HashMap<>();
        for (XmlElement disk : disksOf(backup)) {
            disk.attribute("index").ifPresent(index -> {
                String name = disk.attribute("name", "");
                images.put(name, "%s[%s]".formatted(name, index));
            });
        }
        return Map.copyOf(images);
    }

    /** By the name of each disk that a checkpoint covers, its bitmap. */
    static Map<String, String> bitmaps(String checkpoint) {
        Map<String, String> bitmaps = new HashMap<>();
        for (XmlElement disk : disksOf(checkpoint)) {
            if (disk.attribute("checkpoint", "").equals("bitmap")) {
                disk.attribute("bitmap").ifPresent(bitmap -> bitmaps.put(disk.attribute("name", ""), bitmap));
            }
        }
        return Map.copyOf(bitmaps);
    }

    static Optional<String> parentOf(String checkpoint) {
        return XmlElement.parse(checkpoint).child("parent", "name").map(XmlElement::text);
    }

    static long createdSeconds(String checkpoint) {
        return XmlElement.parse(checkpoint)
                .child("creationTime")
                .map(time -> Long.parseLong(time.text()))
                .orElse(0L);
    }

    static String nameOf(String checkpoint) {
        return XmlElement.parse(checkpoint).child("name").map(XmlElement::text).orElse("");
    }

    private static List<XmlElement> disksOf(String description) {
        return new ArrayList<>(XmlElement.parse(description)
                .child("disks")
                .map(disks -> disks.children("disk"))
                .orElse(List.of()));
    }

    /** The names of these disks. */
    static Set<String> names(Collection<DomainDisk> disks) {
        return disks.stream().map(DomainDisk::name).collect(Collectors.toSet());
    }
}
