package dev.lifeboat.recovery;

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
import dev.lifeboat.vault.point.PointId;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Orders as JSON, in files and between processes. {@code docs/formats/recovery.md} has the layout. */
public final class RecoveryOrderJson {

    private static final int LAST_PORT = 65_535;

    private RecoveryOrderJson() {}

    /** Puts an order into an object. The same order is the same text each time. */
    public static void write(RecoveryOrder order, ObjectNode json) {
        json.put("name", order.name())
                .put("purpose", order.purpose().code())
                .put("point", order.point().toString())
                .put("readyWithinMs", order.readyWithin().toMillis());
        ArrayNode machines = json.putArray("machines");
        for (Wanted wanted : order.machines()) {
            machines.addObject()
                    .put("name", wanted.machine())
                    .put("sign", wanted.sign().name().toLowerCase(Locale.ROOT))
                    .put("port", wanted.port());
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
        new TreeMap<>(order.bridges())
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
    }

    /**
     * The order in an object.
     *
     * @throws dev.lifeboat.model.LifeboatException what the object complains of
     * @throws IllegalArgumentException when a value makes no sense
     */
    public static RecoveryOrder read(StrictJson json) {
        return new RecoveryOrder(
                json.name("name"),
                Purpose.ofCode(json.text("purpose")),
                PointId.parse(json.text("point")),
                json.objects("machines", RecoveryOrder.MOST_PARTS).stream()
                        .map(RecoveryOrderJson::wanted)
                        .toList(),
                json.objects("networks", RecoveryOrder.MOST_PARTS).stream()
                        .map(RecoveryOrderJson::network)
                        .toList(),
                bridges(json),
                json.objects("ports", RecoveryOrder.MOST_PARTS).stream()
                        .map(RecoveryOrderJson::port)
                        .toList(),
                Duration.ofMillis(json.number("readyWithinMs", 1, Long.MAX_VALUE)));
    }

    private static Wanted wanted(StrictJson json) {
        Sign sign = Sign.valueOf(json.text("sign").toUpperCase(Locale.ROOT));
        return new Wanted(json.name("name"), sign, (int) json.number("port", 0, LAST_PORT));
    }

    private static Network network(StrictJson json) {
        String forward = json.text("forward");
        return new Network(
                new Label(json.text("name")),
                json.texts("home", RecoveryOrder.MOST_PARTS),
                Subnet.of(json.text("subnet")),
                json.content().has("gateway") ? Optional.of(Ipv4Address.of(json.text("gateway"))) : Optional.empty(),
                Arrays.stream(ForwardMode.values())
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
        String protocol = json.text("protocol");
        return new Port(
                List.of(Protocol.values()).stream()
                        .filter(one -> one.code().equals(protocol))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(protocol)),
                Ipv4Address.of(json.text("address")),
                (int) json.number("hostPort", 1, LAST_PORT),
                json.name("machine"),
                (int) json.number("machinePort", 1, LAST_PORT));
    }
}
