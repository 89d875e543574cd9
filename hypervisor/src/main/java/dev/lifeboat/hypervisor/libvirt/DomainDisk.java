package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A disk in a machine's description (https://libvirt.org/formatdomain.html, "Hard drives, floppy disks, CDROMs").
 *
 * @param name the target, such as {@code vda}
 * @param bus that the guest sees it at
 * @param device {@code disk}, {@code cdrom}, {@code floppy} or {@code lun}
 * @param format of the image
 * @param source where it is kept; empty of an empty drive
 * @param index of its topmost image in the running machine's description, by which QEMU's nodes are named
 * @param alias that events name it by
 * @param busyWith the job on it, if one is under way
 * @param notCovered why it cannot be protected
 */
record DomainDisk(
        String name,
        String bus,
        String device,
        String format,
        String source,
        OptionalInt index,
        String alias,
        Optional<String> busyWith,
        Optional<String> notCovered) {

    private static final List<String> SOURCES = List.of("file", "dev", "name", "volume", "dir");

    static DomainDisk of(XmlElement disk) {
        String name =
                disk.child("target").map(target -> target.attribute("dev", "")).orElse("");
        String device = disk.attribute("device", "disk");
        String source = sourceOf(disk);
        return new DomainDisk(
                name,
                disk.child("target").map(target -> target.attribute("bus", "")).orElse(""),
                device,
                disk.child("driver")
                        .map(driver -> driver.attribute("type", "raw"))
                        .orElse("raw"),
                source,
                disk.child("source")
                        .flatMap(element -> element.attribute("index"))
                        .map(index -> OptionalInt.of(Integer.parseInt(index)))
                        .orElse(OptionalInt.empty()),
                disk.child("alias").map(alias -> alias.attribute("name", "")).orElse(""),
                disk.child("mirror").map(mirror -> mirror.attribute("job", "copy")),
                whyNotCovered(disk, name, device, source));
    }

    /** Where an image is kept, of a disk or of what lies beneath one: a file, a name, or the socket of a server. */
    static String sourceOf(XmlElement disk) {
        return disk.child("source").stream()
                .flatMap(source -> Stream.concat(
                        SOURCES.stream().flatMap(kind -> source.attribute(kind).stream()),
                        source.child("host").flatMap(host -> host.attribute("socket")).stream()))
                .findFirst()
                .orElse("");
    }

    private static Optional<String> whyNotCovered(XmlElement disk, String name, String device, String source) {
        String reason = switch (device) {
            case "cdrom" -> "Drive %s is a CD-ROM: what is in it is not protected.".formatted(name);
            case "floppy" -> "Drive %s is a floppy drive: what is in it is not protected.".formatted(name);
            case "lun" ->
                "Disk %s is passed through to the guest (device='lun'): the hypervisor does not see its content."
                        .formatted(name);
            default -> "";
        };
        if (!reason.isEmpty()) {
            return Optional.of(reason);
        }
        if (disk.has("shareable")) {
            return Optional.of(
                    "Disk %s is shared with other machines, whose writes cannot be followed.".formatted(name));
        }
        if (disk.has("readonly")) {
            return Optional.of("Disk %s is read-only: it is not protected.".formatted(name));
        }
        if (disk.has("transient")) {
            return Optional.of(
                    "Disk %s is transient: what is written to it is thrown away at the next stop.".formatted(name));
        }
        if (disk.attribute("type", "").equals("vhostuser")
                || disk.attribute("type", "").equals("nvme")) {
            return Optional.of("Disk %s bypasses the hypervisor (type='%s'): its content cannot be shown."
                    .formatted(name, disk.attribute("type", "")));
        }
        return source.isEmpty()
                ? Optional.of("Disk %s has no file or device behind it.".formatted(name))
                : Optional.empty();
    }

    boolean covered() {
        return notCovered.isEmpty();
    }

    /** libvirt keeps bitmaps in qcow2 images alone and makes no checkpoint of anything else (tried, 9.0.0). */
    TrackingKind tracking() {
        return format.equals("qcow2") ? TrackingKind.PERSISTENT : TrackingKind.NONE;
    }

    boolean tracked() {
        return tracking() != TrackingKind.NONE;
    }

    /** The names that QEMU's node of its topmost image may have; newer libvirt leaves plain formats out. */
    List<String> nodeNames() {
        return index.isPresent()
                ? List.of(
                        "libvirt-%d-format".formatted(index.getAsInt()),
                        "libvirt-%d-storage".formatted(index.getAsInt()))
                : List.of();
    }
}
