package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.PowerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The checkpoints of one machine: what libvirt says of them, and what QEMU really has.
 *
 * <p>A checkpoint is a name in libvirt and a bitmap of that name in each image. When the next one is made its bitmap
 * stops recording and the next one's begins, so what changed since a checkpoint is in its bitmap and in those of all
 * that were made after it, somebody else's too.
 */
final class Checkpoints {

    private final Domain domain;

    Checkpoints(Domain domain) {
        this.domain = domain;
    }

    /** A checkpoint as libvirt describes it: the bitmap of each disk that it covers. */
    private record Described(String name, long createdSeconds, Map<String, String> bitmaps) {

        static Described of(String xml) {
            return new Described(BackupXml.nameOf(xml), BackupXml.createdSeconds(xml), BackupXml.bitmaps(xml));
        }

        Optional<CheckpointName> asOurs() {
            return name.startsWith(CheckpointName.PREFIX) ? Optional.of(new CheckpointName(name)) : Optional.empty();
        }
    }

    /** Those that are ours, the oldest first. */
    List<CheckpointState> ours() throws LibvirtFailure {
        List<Described> all = described();
        boolean off = domain.state() == PowerState.OFF;
        DomainDefinition definition = domain.definition();
        Optional<Bitmaps> bitmaps = off || all.isEmpty() ? Optional.empty() : Optional.of(Bitmaps.of(domain));
        List<CheckpointState> states = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Optional<CheckpointName> name = all.get(i).asOurs();
            if (name.isPresent()) {
                states.add(new CheckpointState(name.get(), tracking(all.subList(i, all.size()), definition, bitmaps)));
            }
        }
        return List.copyOf(states);
    }

    /**
     * Makes sure that a checkpoint can be relied on.
     *
     * @throws HypervisorException with {@link Kind#TRACKING_LOST} unless it is intact for all of these disks
     */
    void mustBeIntact(CheckpointName name, Set<String> disks) throws LibvirtFailure, HypervisorException {
        Optional<CheckpointState> state =
                ours().stream().filter(one -> one.name().equals(name)).findFirst();
        if (state.isEmpty()) {
            throw new HypervisorException(Kind.TRACKING_LOST, "there is no checkpoint %s".formatted(name));
        }
        for (String disk : disks) {
            Tracking tracking = state.get().disks().getOrDefault(disk, Tracking.MISSING);
            if (tracking != Tracking.INTACT) {
                throw new HypervisorException(
                        Kind.TRACKING_LOST,
                        "what changed on disk %s since checkpoint %s is not known: its tracking is %s"
                                .formatted(disk, name, tracking));
            }
        }
    }

    private List<Described> described() throws LibvirtFailure {
        return domain.checkpoints().stream().map(Described::of).toList();
    }

    /**
     * The tracking of each disk of a checkpoint.
     *
     * @param since the checkpoint and all that were made after it
     */
    private static Map<String, Tracking> tracking(
            List<Described> since, DomainDefinition definition, Optional<Bitmaps> bitmaps) {
        Map<String, Tracking> result = new HashMap<>();
        for (String name : since.getFirst().bitmaps().keySet()) {
            Optional<DomainDisk> disk = definition.disk(name);
            if (disk.isEmpty()) {
                result.put(name, Tracking.MISSING);
            } else if (bitmaps.isEmpty()) {
                result.put(name, Tracking.UNKNOWN);
            } else {
                result.put(name, bitmaps.get().of(disk.get(), chain(since, name)));
            }
        }
        return result;
    }

    private static List<String> chain(List<Described> since, String disk) {
        return since.stream()
                .filter(checkpoint -> checkpoint.bitmaps().containsKey(disk))
                .map(checkpoint -> checkpoint.bitmaps().getOrDefault(disk, ""))
                .toList();
    }

    /** Drops one of ours; nothing happens when there is none. */
    void drop(CheckpointName name) throws LibvirtFailure, HypervisorException {
        Optional<Described> found = described().stream()
                .filter(checkpoint -> checkpoint.name().equals(name.value()))
                .findFirst();
        if (found.isEmpty()) {
            return;
        }
        domain.mustHaveProcess();
        if (domain.backup().isPresent()) {
            throw new HypervisorException(Kind.BUSY, "a capture is under way: checkpoints stay until it is ended");
        }
        DomainDefinition definition = domain.definition();
        Bitmaps bitmaps = Bitmaps.of(domain);
        Set<String> left = found.get().bitmaps().entrySet().stream()
                .filter(entry -> definition
                        .disk(entry.getKey())
                        .map(disk -> bitmaps.has(disk, entry.getValue()))
                        .orElse(false))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        if (left.isEmpty()) {
            domain.deleteCheckpoint(name.value(), Domain.CHECKPOINT_DELETE_METADATA_ONLY);
        } else if (left.size() == found.get().bitmaps().size()) {
            domain.deleteCheckpoint(name.value(), 0);
        } else {
            dropWhatIsLeft(name, definition, bitmaps, left);
        }
    }

    /**
     * libvirt deletes a checkpoint from all its disks or from none, and so not at all once one of them has lost it.
     * What is left on the others is taken out by QEMU itself: an older checkpoint has lost its chain on one disk, so a
     * capture since it is refused as a whole.
     */
    private void dropWhatIsLeft(CheckpointName name, DomainDefinition definition, Bitmaps bitmaps, Set<String> left)
            throws LibvirtFailure {
        for (String disk : left) {
            Optional<String> node = definition.disk(disk).flatMap(found -> bitmaps.nodeOf(found, name.value()));
            if (node.isPresent()) {
                domain.monitor(
                        "{\"execute\":\"block-dirty-bitmap-remove\",\"arguments\":{\"node\":\"%s\",\"name\":\"%s\"}}"
                                .formatted(node.get(), name));
            }
        }
        domain.deleteCheckpoint(name.value(), Domain.CHECKPOINT_DELETE_METADATA_ONLY);
    }

    /** Makes a checkpoint known again and says whether libvirt knows it now. */
    boolean readopt(CheckpointName name, Set<String> disks, long nowSeconds)
            throws LibvirtFailure, HypervisorException {
        List<Described> all = described();
        if (all.stream().anyMatch(checkpoint -> checkpoint.name().equals(name.value()))) {
            return true;
        }
        domain.mustHaveProcess();
        DomainDefinition definition = domain.definition();
        Bitmaps bitmaps = Bitmaps.of(domain);
        for (String disk : disks) {
            if (definition
                    .disk(disk)
                    .map(found -> !bitmaps.has(found, name.value()))
                    .orElse(true)) {
                return false;
            }
        }
        Optional<String> parent =
                all.isEmpty() ? Optional.empty() : Optional.of(all.getLast().name());
        String description = BackupXml.redefinition(
                name,
                parent,
                nowSeconds,
                definition.disks(),
                disks,
                domain.xml(Domain.XML_SECURE | Domain.XML_INACTIVE));
        try {
            domain.createCheckpoint(description, Domain.CHECKPOINT_REDEFINE | Domain.CHECKPOINT_REDEFINE_VALIDATE);
            return true;
        } catch (LibvirtFailure e) {
            if (e.code() == LibvirtFailure.CHECKPOINT_INCONSISTENT) {
                return false;
            }
            throw e;
        }
    }
}
