package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Passes.DiskPass;
import dev.lifeboat.replication.Passes.MachinePass;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.local.StateFile;
import dev.lifeboat.vault.point.ManifestJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The passes of a group in a file, so that a seed that is interrupted at 80 % goes on at 80 %:
 *
 * <pre>
 * {"format": "lifeboat-passes", "version": 0, "parent": POINT or absent, "reason": TEXT, "resync": …, "passes": …,
 *  "machines": [{"uuid": …, "checkpoint": …,
 *    "disks": [{"disk": as in a point, "sessions": [HEX, …], "pending": [OFFSET, LENGTH, OFFSET, …]}, …]}, …],
 *  "carried": absent, or {"folder": PATH, "bytes": …, "complete": …, "arrived": …,
 *    "packs": [{"session": HEX, "numbers": [FIRST, LAST, FIRST, …]}, …]}}
 * </pre>
 *
 * What was put into a folder that is carried stands in the same file: whoever believes the one knows the other. Losing
 * it costs reading, and no space: the blocks are known. For one thread at a time.
 */
final class PassJournal {

    /** A million scattered ranges take some 20 MiB. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int MOST_PARTS = 10_000;

    private final StateFile file;

    PassJournal(Path file) {
        this.file = new StateFile(file, "lifeboat-passes", MOST_BYTES, true);
    }

    Optional<Passes> read() {
        return file.read(PassJournal::passes);
    }

    void delete() {
        file.delete();
    }

    void write(Passes passes) {
        ObjectNode json = file.begin();
        passes.parent().ifPresent(parent -> json.put("parent", parent));
        json.put("reason", passes.reason()).put("resync", passes.resync()).put("passes", passes.passes());
        ArrayNode machines = json.putArray("machines");
        for (MachinePass machine : passes.machines()) {
            ObjectNode one = machines.addObject()
                    .put("uuid", machine.id().toString())
                    .put("checkpoint", machine.checkpoint().value());
            ArrayNode disks = one.putArray("disks");
            machine.disks().forEach(disk -> write(disk, disks.addObject()));
        }
        passes.carried().ifPresent(carried -> CarriedSeedJson.write(carried, json.putObject("carried")));
        file.write(json);
    }

    private static void write(DiskPass pass, ObjectNode json) {
        ManifestJson.write(pass.kept().disk(), json.putObject("disk"));
        ArrayNode sessions = json.putArray("sessions");
        pass.kept().sessions().forEach(session -> sessions.add(session.hex()));
        ArrayNode pending = json.putArray("pending");
        pass.pending().forEachRange((offset, length) -> pending.add(offset).add(length));
    }

    private static Passes passes(StrictJson json) {
        List<MachinePass> machines = new ArrayList<>();
        for (StrictJson one : json.objects("machines", MOST_PARTS)) {
            List<DiskPass> disks = new ArrayList<>();
            for (StrictJson disk : one.objects("disks", MOST_PARTS)) {
                disks.add(disk(disk));
            }
            machines.add(new MachinePass(
                    new MachineId(UUID.fromString(one.text("uuid"))),
                    new CheckpointName(one.text("checkpoint")),
                    disks));
        }
        return new Passes(
                json.content().has("parent") ? Optional.of(json.text("parent")) : Optional.empty(),
                json.text("reason"),
                json.truth("resync"),
                (int) json.number("passes", 1, Integer.MAX_VALUE),
                machines,
                json.objectOrNull("carried").map(CarriedSeedJson::read));
    }

    private static DiskPass disk(StrictJson json) {
        Set<SessionId> sessions = new HashSet<>();
        for (String hex : json.texts("sessions", MOST_PARTS)) {
            sessions.add(SessionId.parse(hex).orElseThrow(() -> new IllegalArgumentException("a session " + hex)));
        }
        ChangedBlocks pending = new ChangedBlocks();
        var ranges = json.content().path("pending");
        for (int i = 0; i + 1 < ranges.size(); i += 2) {
            pending.add(ranges.get(i).longValue(), ranges.get(i + 1).longValue());
        }
        return new DiskPass(
                new KeptDisk(ManifestJson.readDisk(json.object("disk").content()), sessions), pending);
    }
}
