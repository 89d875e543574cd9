package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.local.StateFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a recovery must not forget over a crash: what was ordered, the identities that were drawn for it, and which
 * machines were let run. There are no keys in it. {@code docs/formats/recovery.md} has the layout. For one thread at a
 * time.
 */
final class RecoveryJournal {

    private static final int MOST_BYTES = 4 << 20;

    private final StateFile file;

    RecoveryJournal(Path file) {
        this.file = new StateFile(file, "lifeboat-recovery", MOST_BYTES, true);
    }

    /**
     * What is known.
     *
     * @param order as it was given
     * @param identities of its machines, by name
     * @param ending whether it was told to end
     */
    record Entry(RecoveryOrder order, Map<String, Identity> identities, boolean ending) {

        Entry {
            identities = Map.copyOf(identities);
        }

        Identity identity(String machine) {
            Identity identity = identities.get(machine);
            if (identity == null) {
                throw new IllegalArgumentException("nothing was decided about %s".formatted(machine));
            }
            return identity;
        }

        /** The same once a machine may have run. */
        Entry ran(String machine) {
            Map<String, Identity> changed = new LinkedHashMap<>(identities);
            changed.put(machine, identity(machine).thatRan());
            return new Entry(order, changed, ending);
        }

        Entry thatEnds() {
            return new Entry(order, identities, true);
        }
    }

    /**
     * Who a recovered machine is.
     *
     * @param id a new one, in a test; empty to be who it was
     * @param generation a new one; empty to keep what it has
     * @param ran whether it was let run: from then on it is not started again by itself
     */
    record Identity(Optional<MachineId> id, Optional<UUID> generation, boolean ran) {

        Identity thatRan() {
            return new Identity(id, generation, true);
        }
    }

    Optional<Entry> read() {
        return file.read(RecoveryJournal::entry);
    }

    void write(Entry entry) {
        ObjectNode json = file.begin();
        RecoveryOrderJson.write(entry.order(), json);
        json.put("ending", entry.ending());
        for (JsonNode machine : json.path("machines")) {
            ObjectNode one = (ObjectNode) machine;
            Identity identity = entry.identity(one.path("name").stringValue());
            one.put("ran", identity.ran());
            identity.id().ifPresent(id -> one.put("id", id.toString()));
            identity.generation().ifPresent(generation -> one.put("generation", generation.toString()));
        }
        file.write(json);
    }

    void delete() {
        file.delete();
    }

    private static Entry entry(StrictJson json) {
        Map<String, Identity> identities = new LinkedHashMap<>();
        for (StrictJson one : json.objects("machines", RecoveryOrder.MOST_PARTS)) {
            identities.put(
                    one.name("name"),
                    new Identity(uuid(one, "id").map(MachineId::new), uuid(one, "generation"), one.truth("ran")));
        }
        return new Entry(RecoveryOrderJson.read(json), identities, json.truth("ending"));
    }

    private static Optional<UUID> uuid(StrictJson json, String key) {
        return json.content().has(key) ? Optional.of(UUID.fromString(json.text(key))) : Optional.empty();
    }
}
