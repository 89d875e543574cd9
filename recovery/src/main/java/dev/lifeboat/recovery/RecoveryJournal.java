package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.recovery.RecoveryOrder.Network;
import dev.lifeboat.recovery.RecoveryOrder.Port;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.local.StateFile;
import dev.lifeboat.vault.point.PointId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a recovery must not forget over a crash: what was ordered, the identities that were drawn for it, and which
 * machines were let run. There are no keys in it. {@code docs/formats/recovery.md} has the layout. For one thread at a
 * time.
 */
final class RecoveryJournal {

    private static final int MOST_BYTES = 4 << 20;
    private static final int LAST_PORT = 65_535;

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
        RecoveryOrder order = entry.order();
        json.put("name", order.name())
                .put("purpose", order.purpose().code())
                .put("point", order.point().toString())
                .put("readyWithinMs", order.readyWithin().toMillis())
                .put("ending", entry.ending());
        ArrayNode machines = json.putArray("machines");
        for (Wanted wanted : order.machines()) {
            Identity identity = entry.identity(wanted.machine());
            ObjectNode one = machines.addObject()
                    .put("name", wanted.machine())
                    .put("sign", wanted.sign().name().toLowerCase(Locale.ROOT))
                    .put("port", wanted.port())
                    .put("ran", identity.ran());
            identity.id().ifPresent(id -> one.put("id", id.toString()));
            identity.generation().ifPresent(generation -> one.put("generation", generation.toString()));
        }
        ArrayNode networks = json.putArray("networks");
        for (Network network : order.networks()) {
            ObjectNode one = networks.addObject()
                    .put("name", network.name().text())
                    .put("subnet", network.subnet().toString())
                    .put("forward", network.forward().code());
            network.gateway().ifPresent(gateway -> one.put("gateway", gateway.toString()));
            network.home().forEach(one.putArray("home")::add);
        }
        ArrayNode bridges = json.putArray("bridges");
        order.bridges()
                .forEach((home, bridge) -> bridges.addObject().put("home", home).put("bridge", bridge));
        ArrayNode ports = json.putArray("ports");
        for (Port port : order.ports()) {
            ports.addObject()
                    .put("protocol", port.protocol().code())
                    .put("address", port.address().toString())
                    .put("hostPort", port.hostPort())
                    .put("machine", port.machine())
                    .put("machinePort", port.machinePort());
        }
        file.write(json);
    }

    void delete() {
        file.delete();
    }

    private static Entry entry(StrictJson json) {
        List<Wanted> machines = new ArrayList<>();
        Map<String, Identity> identities = new LinkedHashMap<>();
        for (StrictJson one : json.objects("machines", RecoveryOrder.MOST_PARTS)) {
            String name = one.name("name");
            machines.add(new Wanted(name, Sign.valueOf(one.text("sign").toUpperCase(Locale.ROOT)), (int)
                    one.number("port", 0, LAST_PORT)));
            identities.put(
                    name, new Identity(uuid(one, "id").map(MachineId::new), uuid(one, "generation"), one.truth("ran")));
        }
        RecoveryOrder order = new RecoveryOrder(
                json.name("name"),
                Purpose.ofCode(json.text("purpose")),
                PointId.parse(json.text("point")),
                machines,
                json.objects("networks", RecoveryOrder.MOST_PARTS).stream()
                        .map(RecoveryJournal::network)
                        .toList(),
                bridges(json),
                json.objects("ports", RecoveryOrder.MOST_PARTS).stream()
                        .map(RecoveryJournal::port)
                        .toList(),
                Duration.ofMillis(json.number("readyWithinMs", 1, Long.MAX_VALUE)));
        return new Entry(order, identities, json.truth("ending"));
    }

    private static Optional<UUID> uuid(StrictJson json, String key) {
        return json.content().has(key) ? Optional.of(UUID.fromString(json.text(key))) : Optional.empty();
    }

    private static Network network(StrictJson json) {
        String forward = json.text("forward");
        return new Network(
                new Label(json.text("name")),
                json.texts("home", RecoveryOrder.MOST_PARTS),
                Subnet.of(json.text("subnet")),
                json.content().has("gateway") ? Optional.of(Ipv4Address.of(json.text("gateway"))) : Optional.empty(),
                List.of(ForwardMode.values()).stream()
                        .filter(mode -> mode.code().equals(forward))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(forward)));
    }

    private static Map<String, String> bridges(StrictJson json) {
        Map<String, String> bridges = new LinkedHashMap<>();
        json.objects("bridges", RecoveryOrder.MOST_PARTS)
                .forEach(one -> bridges.put(one.text("home"), one.text("bridge")));
        return bridges;
    }

    private static Port port(StrictJson json) {
        return new Port(
                json.text("protocol").equals(Protocol.TCP.code()) ? Protocol.TCP : Protocol.UDP,
                Ipv4Address.of(json.text("address")),
                (int) json.number("hostPort", 1, LAST_PORT),
                json.name("machine"),
                (int) json.number("machinePort", 1, LAST_PORT));
    }
}
