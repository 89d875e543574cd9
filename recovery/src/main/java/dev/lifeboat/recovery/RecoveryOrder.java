package dev.lifeboat.recovery;

import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.point.PointId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be started on this host, and how.
 *
 * @param name of the recovery, a {@link Label}, unique on the host: the key by which starting and ending it may be
 *     repeated
 * @param purpose why
 * @param point of which
 * @param machines which of the point's, in the order in which they are started; each is seen ready before the next
 * @param networks that are made for it
 * @param bridges network at home → bridge that this host has, for those that are not made
 * @param ports that lead to its machines once all of them are ready
 * @param readyWithin how long a machine may take until it is ready
 */
public record RecoveryOrder(
        String name,
        Purpose purpose,
        PointId point,
        List<Wanted> machines,
        List<Network> networks,
        Map<String, String> bridges,
        List<Port> ports,
        Duration readyWithin) {

    /** Far more than a group has. */
    static final int MOST_PARTS = 1000;

    /** What of a machine is looked at to call it ready. */
    public enum Sign {
        /** Its processors run. For guests that tell nothing of themselves. */
        RUNNING,
        /** Its guest agent answers, or an address of it is known. */
        GUEST,
        /** Somebody accepts connections at a port of it. */
        PORT
    }

    /**
     * A machine to be started.
     *
     * @param machine its name in the point
     * @param sign by which it is ready
     * @param port of {@link Sign#PORT}; 0 otherwise
     */
    public record Wanted(String machine, Sign sign, int port) {

        public Wanted {
            Name.require("machine", machine);
            if ((sign == Sign.PORT) != (port > 0)) {
                throw new IllegalArgumentException("%s with the port %d".formatted(sign, port));
            }
        }
    }

    /**
     * A network to be made.
     *
     * @param name of it
     * @param home the networks at home that become this one, such as {@code br0}
     * @param subnet its addresses; machines keep the host parts of theirs
     * @param gateway the address of its router; empty for the first of the subnet
     * @param forward what leads out of it; nothing does in a test
     */
    public record Network(
            Label name, List<String> home, Subnet subnet, Optional<Ipv4Address> gateway, ForwardMode forward) {

        public Network {
            home = List.copyOf(home);
        }
    }

    /**
     * A port of this host that leads to a machine.
     *
     * @param address of this host; {@link Ipv4Address#ANY} for all
     */
    public record Port(Protocol protocol, Ipv4Address address, int hostPort, String machine, int machinePort) {}

    public RecoveryOrder {
        // The networks bear it too, and would not take a longer one when it is to be ended.
        Label _ = new Label(name);
        machines = List.copyOf(machines);
        networks = List.copyOf(networks);
        bridges = Map.copyOf(bridges);
        ports = List.copyOf(ports);
        if (machines.isEmpty()
                || machines.size() > MOST_PARTS
                || machines.stream().map(Wanted::machine).distinct().count() < machines.size()) {
            throw new IllegalArgumentException("a recovery of the machines %s".formatted(machines));
        }
        if (readyWithin.isNegative() || readyWithin.isZero()) {
            throw new IllegalArgumentException("machines that are ready within %s".formatted(readyWithin));
        }
    }

    boolean isTest() {
        return purpose == Purpose.TEST;
    }
}
