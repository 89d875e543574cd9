package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.Hypervisor.RunningCapture;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Captures of one machine: libvirt's backups in pull mode. */
final class Captures {

    /** libvirt ends a backup in the background, within milliseconds unless the storage hangs. */
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final Domain domain;
    private final MachineId machine;
    private final CaptureFolder folder;
    private final Timekeeper time;

    Captures(Domain domain, MachineId machine, CaptureFolder folder, Timekeeper time) {
        this.domain = domain;
        this.machine = machine;
        this.folder = folder;
        this.time = time;
    }

    FrozenView begin(CaptureOrder order, QemuAccount account)
            throws LibvirtFailure, HypervisorException, InterruptedException {
        domain.mustHaveProcess();
        mustBeFree();
        DomainDefinition definition = domain.definition();
        List<DomainDisk> wanted = wanted(definition, order);
        Set<String> tracked =
                BackupXml.names(wanted.stream().filter(DomainDisk::tracked).toList());
        Checkpoints checkpoints = new Checkpoints(domain);
        if (order.since().isPresent()) {
            Set<String> followed = tracked.stream()
                    .filter(disk -> order.since(disk).isPresent())
                    .collect(Collectors.toSet());
            checkpoints.mustBeIntact(order.since().get(), followed);
        }
        mustBeNew(order);
        folder.prepare(machine, account);
        Path socket = folder.socket(machine);
        String backup = BackupXml.backup(definition.disks(), order, socket, disk -> folder.scratch(machine, disk));
        Optional<String> checkpoint = tracked.isEmpty()
                ? Optional.empty()
                : order.create().map(name -> BackupXml.checkpoint(name, definition.disks(), tracked));
        try {
            domain.beginBackup(backup, checkpoint);
            watchScratch(order);
        } catch (LibvirtFailure e) {
            undo(order);
            throw e;
        }
        return new FrozenView(machine, folder.socketFromHere(machine), shown(wanted, order));
    }

    private void mustBeFree() throws LibvirtFailure, HypervisorException {
        if (domain.backup().isPresent()) {
            throw new HypervisorException(Kind.BUSY, "another capture is under way");
        }
        if (domain.hasJob()) {
            throw new HypervisorException(Kind.BUSY, "a migration, a save or a dump is under way");
        }
    }

    private List<DomainDisk> wanted(DomainDefinition definition, CaptureOrder order)
            throws LibvirtFailure, HypervisorException {
        List<DomainDisk> wanted = new ArrayList<>();
        for (String name : order.disks()) {
            DomainDisk disk = definition
                    .disk(name)
                    .orElseThrow(
                            () -> new HypervisorException(Kind.FAILED, "the machine has no disk %s".formatted(name)));
            if (!disk.covered()) {
                throw new HypervisorException(
                        Kind.UNSUPPORTED, disk.notCovered().orElse(name));
            }
            if (disk.busyWith().isPresent() || domain.hasBlockJob(name)) {
                throw new HypervisorException(Kind.BUSY, "a block job is under way on disk %s".formatted(name));
            }
            wanted.add(disk);
        }
        return List.copyOf(wanted);
    }

    /** A name that is taken would make the whole fail, and what is undone then would not be ours to undo. */
    private void mustBeNew(CaptureOrder order) throws LibvirtFailure, HypervisorException {
        for (String existing : domain.checkpoints()) {
            if (order.create()
                    .map(name -> name.value().equals(BackupXml.nameOf(existing)))
                    .orElse(false)) {
                throw new HypervisorException(
                        Kind.FAILED, "there is a checkpoint %s already".formatted(BackupXml.nameOf(existing)));
            }
        }
    }

    private void watchScratch(CaptureOrder order) throws LibvirtFailure {
        if (order.scratchBytes() == CaptureOrder.UNBOUNDED) {
            return;
        }
        for (String image : images().values()) {
            domain.setThreshold(image, order.scratchBytes());
        }
    }

    /** After a failure there is neither a view nor a checkpoint, whichever step failed. */
    private void undo(CaptureOrder order) throws LibvirtFailure, HypervisorException, InterruptedException {
        end();
        Optional<CheckpointName> created = order.create();
        if (created.isPresent()) {
            new Checkpoints(domain).drop(created.get());
        }
    }

    private static List<FrozenView.FrozenDisk> shown(List<DomainDisk> wanted, CaptureOrder order) {
        return wanted.stream()
                .map(disk -> new FrozenView.FrozenDisk(
                        disk.name(),
                        disk.name(),
                        order.since(disk.name()).isPresent() && disk.tracked()
                                ? "qemu:dirty-bitmap:" + BackupXml.changesOf(disk.name())
                                : null))
                .toList();
    }

    Optional<RunningCapture> running() throws LibvirtFailure {
        return domain.backup()
                .map(BackupXml::socketOf)
                .map(socket ->
                        new RunningCapture(socket, socket.map(folder::owns).orElse(false)));
    }

    /** How far the scratch of each disk has been written, in bytes. */
    Map<String, Long> scratchUsed() throws LibvirtFailure {
        Map<String, String> images = images();
        if (images.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> allocations = domain.allocations();
        Map<String, Long> used = new HashMap<>();
        images.forEach((disk, image) -> used.put(disk, allocations.getOrDefault(image, 0L)));
        return Map.copyOf(used);
    }

    private Map<String, String> images() throws LibvirtFailure {
        return domain.backup().map(BackupXml::scratchImages).orElse(Map.of());
    }

    /** Ends the capture if it is ours, and waits until it is gone. */
    void end() throws LibvirtFailure, HypervisorException, InterruptedException {
        Optional<RunningCapture> running = running();
        if (running.isPresent() && !running.get().ours()) {
            return;
        }
        if (running.isPresent()) {
            abort();
            awaitEnd();
        }
        folder.clear(machine);
    }

    private void abort() throws LibvirtFailure {
        try {
            domain.ask(LibvirtCall.DOMAIN_ABORT_JOB);
        } catch (LibvirtFailure e) {
            // It may have ended by itself, as when the machine's process died.
            if (domain.backup().isPresent()) {
                throw e;
            }
        }
    }

    private void awaitEnd() throws LibvirtFailure, HypervisorException, InterruptedException {
        Duration deadline = time.elapsed().plus(END_LIMIT);
        while (domain.backup().isPresent()) {
            if (time.elapsed().compareTo(deadline) > 0) {
                throw new HypervisorException(
                        Kind.TIMED_OUT,
                        "the capture was told to end and is still there after %d s".formatted(END_LIMIT.toSeconds()));
            }
            time.pause(LOOK_AGAIN);
        }
    }
}
