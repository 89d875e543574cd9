package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Outcome;
import dev.lifeboat.vault.GroupLog;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.DiskRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lifeboat rescue list}. */
@Command(
        name = "list",
        description = "List what can be brought back: each group, its newest recovery point and how old that is. What"
                + " was written since then is not in the vault.")
final class RescueListCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Mixin
    private Listing listing = new Listing();

    RescueListCommand(OfflineContext context) {
        this.context = context;
    }

    /**
     * A group as programs read it.
     *
     * @param point its newest point, null when it has none that can be read
     * @param ageS how old the content of that is, in seconds
     * @param problem why nothing can be said of the group, or why there is no point; null when there is one
     */
    record Group(
            String group,
            @Nullable String point,
            @Nullable String head,
            @Nullable Instant taken,
            @Nullable Long ageS,
            @Nullable String kind,
            int points,
            List<Machine> machines,
            @Nullable String problem) {

        static Group unreadable(String group, String problem) {
            return new Group(group, null, null, null, null, null, 0, List.of(), problem);
        }
    }

    /** A machine of a group; sizes in bytes. */
    record Machine(String name, int disks, long size, long storedBytes) {}

    @Override
    int run() {
        Vault vault = access.open(context);
        Instant now = context.time().instant();
        List<Group> groups =
                vault.groups().stream().map(group -> look(vault, group, now)).toList();
        listing.print(output(), text(groups), groups);
        return groups.stream().allMatch(group -> group.problem() == null)
                ? Outcome.DONE.exitCode()
                : Outcome.PARTLY_DONE.exitCode();
    }

    /** One group that cannot be read keeps nobody from the others. */
    private static Group look(Vault vault, String name, Instant now) {
        try {
            GroupLog log = vault.group(name);
            Optional<Point> newest = log.newest();
            return newest.isEmpty()
                    ? Group.unreadable(name, "none of what is stored of it is a point that counts")
                    : of(newest.get(), log.places().size(), now);
        } catch (LifeboatException e) {
            return Group.unreadable(name, e.code().code() + ": " + e.getMessage());
        }
    }

    private static Group of(Point point, int places, Instant now) {
        List<Machine> machines = new ArrayList<>();
        point.machines()
                .forEach(machine -> machines.add(new Machine(
                        machine.name(),
                        machine.disks().size(),
                        machine.disks().stream().mapToLong(DiskRecord::size).sum(),
                        machine.disks().stream()
                                .mapToLong(disk -> DiskImages.stored(disk).bytes())
                                .sum())));
        return new Group(
                point.id().group(),
                point.id().toString(),
                point.head().toString(),
                point.manifest().taken(),
                Duration.between(point.manifest().taken(), now).toSeconds(),
                point.manifest().consistency().code(),
                places,
                List.copyOf(machines),
                null);
    }

    private static String text(List<Group> groups) {
        if (groups.isEmpty()) {
            return "The vault has no group with a point.\n";
        }
        Table table =
                new Table("GROUP", "NEWEST POINT", "TAKEN", "AGE", "CONSISTENCY", "MACHINE", "DISKS", "SIZE", "STORED");
        StringBuilder problems = new StringBuilder();
        for (Group group : groups) {
            Instant taken = group.taken();
            if (taken == null) {
                problems.append("Group %s: %s%n".formatted(group.group(), group.problem()));
                continue;
            }
            for (Machine machine : group.machines()) {
                table.row(
                        group.group(),
                        String.valueOf(group.point()),
                        VaultText.time(taken),
                        VaultText.age(Duration.ofSeconds(group.ageS() == null ? 0 : group.ageS())),
                        String.valueOf(group.kind()),
                        machine.name(),
                        Integer.toString(machine.disks()),
                        new ByteCount(machine.size()).text(),
                        new ByteCount(machine.storedBytes()).text());
            }
        }
        return table.text() + problems;
    }
}
