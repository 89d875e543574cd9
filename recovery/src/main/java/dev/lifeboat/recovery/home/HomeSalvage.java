package dev.lifeboat.recovery.home;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Publishes what is on old disks and in no point, with this host's own credentials, before anything is done to the
 * disks. For one thread.
 */
final class HomeSalvage {

    private final HostHomecomings.Parts parts;
    private final BlobStore store;
    private final HomeOrder order;
    private final Consumer<String> progress;

    HomeSalvage(HostHomecomings.Parts parts, BlobStore store, HomeOrder order, Consumer<String> progress) {
        this.parts = parts;
        this.store = store;
        this.order = order;
        this.progress = progress;
    }

    /**
     * Which disks may have what is in no point, by machine. Changes nothing.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_SALVAGE_NOT_POSSIBLE} when there are such disks, and
     *     they cannot be published
     */
    Map<HomeMachine, Map<String, HomeDisk>> needed(List<HomeMachine> machines) {
        Map<HomeMachine, Map<String, HomeDisk>> needed = new LinkedHashMap<>();
        for (HomeMachine machine : machines) {
            Map<String, HomeDisk> disks = new LinkedHashMap<>();
            machine.disks().forEach((name, disk) -> {
                if (Follow.mayHaveMore(disk)) {
                    disks.put(name, disk);
                }
            });
            if (!disks.isEmpty() && order.salvage()) {
                requirePossible();
                needed.put(machine, disks);
            } else if (!disks.isEmpty()) {
                progress.accept(
                        "What is on the old disks of %s and in no point is not published; it stays there until the"
                                        .formatted(machine.name())
                                + " machine is brought home.");
            }
        }
        return needed;
    }

    private void requirePossible() {
        Credentials credentials = parts.credentials()
                .orElseThrow(() -> impossible("This agent has no credentials of a writer in its configuration."));
        String lineage = SalvageLineage.of(order.group(), credentials.writer());
        if (!credentials.signer().certificate().covers(lineage)) {
            throw impossible("The credentials of %s cover %s, and not %s."
                    .formatted(
                            credentials.writer(),
                            String.join(", ", credentials.signer().certificate().groups()),
                            lineage));
        }
    }

    private static LifeboatException impossible(String why) {
        return new LifeboatException(ErrorCode.RECOVERY_SALVAGE_NOT_POSSIBLE, why);
    }

    /**
     * Publishes them.
     *
     * @return by machine, the point that has its disks as they are
     */
    Map<String, Point> publish(Map<HomeMachine, Map<String, HomeDisk>> needed) throws InterruptedException {
        Map<String, Point> points = new LinkedHashMap<>();
        for (Map.Entry<HomeMachine, Map<String, HomeDisk>> one : needed.entrySet()) {
            String machine = one.getKey().name();
            progress.accept("Reading the old disks of %s, for what is on them alone.".formatted(machine));
            SalvageReport report = new Salvage(
                            store, parts.credentials().orElseThrow(), parts.processors(), parts.random(), parts.time())
                    .publish(
                            new Salvage.Salvaged(order.group(), machine, one.getValue()),
                            new RecentBlocks(),
                            offset -> {});
            progress.accept("What was on the old disks of %s is in %s, pinned; %d blocks of it were in no point."
                    .formatted(machine, report.point().id(), report.newBlocks()));
            points.put(machine, report.point());
        }
        return points;
    }
}
