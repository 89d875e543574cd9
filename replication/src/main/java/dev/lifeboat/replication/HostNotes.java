package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.local.StateFile;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What this host must not forget over a crash of its process: which machines it holds, which were released to their
 * owner, and under which names machines were protected, which may be renamed. A note of a hold is written before the
 * hold; it need not survive a crash of the computer, which no hold does. Safe for use by several threads.
 */
final class HostNotes {

    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST_MACHINES = 10_000;

    private final StateFile file;
    private final Map<Held, Set<MachineId>> held = new EnumMap<>(Held.class);
    private final Set<String> released = new TreeSet<>();
    private final Map<String, MachineId> names = new LinkedHashMap<>();

    /** How a machine may be held by us. */
    enum Held {
        /** Its processors, which ran before. */
        SUSPENDED,
        /** Its file systems. */
        FROZEN,
        /** It was off, and was started for a capture without letting it run. */
        STARTED
    }

    HostNotes(StateFile file) {
        this.file = file;
        for (Held how : Held.values()) {
            held.put(how, new LinkedHashSet<>());
        }
        boolean _ = file.read(this::load).isPresent();
    }

    static HostNotes in(java.nio.file.Path folder) {
        return new HostNotes(new StateFile(folder.resolve("host.json"), "lifeboat-host-notes", MOST_BYTES, false));
    }

    private HostNotes load(StrictJson json) {
        StrictJson holds = json.object("held");
        for (Held how : Held.values()) {
            for (String id : holds.texts(how.name(), MOST_MACHINES)) {
                machines(how).add(id(id));
            }
        }
        released.addAll(json.texts("released", MOST_MACHINES));
        for (StrictJson one : json.objects("machines", MOST_MACHINES)) {
            names.put(one.text("name"), id(one.text("uuid")));
        }
        return this;
    }

    private static MachineId id(String uuid) {
        return new MachineId(UUID.fromString(uuid));
    }

    private Set<MachineId> machines(Held how) {
        return java.util.Objects.requireNonNull(held.get(how));
    }

    /** Machines that are held, as far as it is known. */
    synchronized Set<MachineId> held(Held how) {
        return Set.copyOf(machines(how));
    }

    /** Machines are going to be held. */
    synchronized void holds(Held how, Set<MachineId> ids) {
        if (machines(how).addAll(ids)) {
            save();
        }
    }

    /** Machines are not held any more. */
    synchronized void frees(Held how, Set<MachineId> ids) {
        if (machines(how).removeAll(ids)) {
            save();
        }
    }

    synchronized boolean isReleased(String machine) {
        return released.contains(machine);
    }

    synchronized void release(String machine, boolean nowReleased) {
        if (nowReleased ? released.add(machine) : released.remove(machine)) {
            save();
        }
    }

    /** What a machine was known by when it was last seen under this name. */
    synchronized Optional<MachineId> idOf(String name) {
        return Optional.ofNullable(names.get(name));
    }

    synchronized void saw(String name, MachineId id) {
        if (!id.equals(names.put(name, id))) {
            save();
        }
    }

    private void save() {
        ObjectNode json = file.begin();
        ObjectNode holds = json.putObject("held");
        held.forEach((how, ids) -> {
            ArrayNode list = holds.putArray(how.name());
            ids.forEach(id -> list.add(id.toString()));
        });
        ArrayNode free = json.putArray("released");
        released.forEach(free::add);
        ArrayNode machines = json.putArray("machines");
        names.forEach((name, id) -> machines.addObject().put("name", name).put("uuid", id.toString()));
        file.write(json);
    }
}
