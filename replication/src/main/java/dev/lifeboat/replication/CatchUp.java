package dev.lifeboat.replication;

import dev.lifeboat.replication.MachinePlan.DiskPlan;
import dev.lifeboat.vault.Point;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why more than what changed is looked at. */
final class CatchUp {

    private CatchUp() {}

    /** Whether a disk that is in the vault has to be compared with what is there. */
    static boolean isResync(List<MachinePlan> plans) {
        return plans.stream()
                .flatMap(plan -> plan.disks().stream())
                .anyMatch(disk -> disk.reason().isPresent());
    }

    /** Whether all of a disk is looked at, once. One whose changes nobody remembers is read as a whole each time. */
    static boolean isAfresh(List<MachinePlan> plans) {
        return plans.stream()
                .flatMap(plan -> plan.disks().stream())
                .anyMatch(
                        disk -> disk.afresh() && (disk.tracked() || disk.base().isEmpty()));
    }

    /** The reason, in a sentence without its full stop. */
    static String reason(List<MachinePlan> plans, Optional<Point> parent) {
        if (isResync(plans)) {
            return plans.stream()
                    .flatMap(plan -> plan.disks().stream())
                    .map(DiskPlan::reason)
                    .flatMap(Optional::stream)
                    .distinct()
                    .collect(Collectors.joining("; "));
        }
        boolean anew = plans.stream().flatMap(plan -> plan.disks().stream()).anyMatch(DiskPlan::afresh);
        if (!anew) {
            return "more has changed than one frozen view may be open for";
        }
        return parent.isEmpty() ? "the first copy is being made" : "a disk was added";
    }
}
