package dev.lifeboat.recovery;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.MachineCard.HomeAddress;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.RecoveryReport.RecoveredMachine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Looks at recovered machines. Safe for use by several threads. */
final class Observation {

    /** An agent that can answer does so at once. */
    private static final Duration AGENT_LIMIT = Duration.ofSeconds(2);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private final RecoveryHypervisor hypervisor;
    private final DiskService service;
    private final RecoveryFolder folder;

    Observation(RecoveryHypervisor hypervisor, DiskService service, RecoveryFolder folder) {
        this.hypervisor = hypervisor;
        this.service = service;
        this.folder = folder;
    }

    /**
     * A machine as it is now.
     *
     * @param id by which the host knows it, if it does
     * @param planned the address that it was given
     * @param networks it is in, if they were made for it
     */
    RecoveredMachine look(
            Wanted wanted, Optional<MachineId> id, Optional<Ipv4Address> planned, Optional<RealmState> networks)
            throws HypervisorException {
        boolean served = service.serves(folder, wanted.machine());
        PowerState state = id.isEmpty() ? PowerState.OFF : PlacedMachines.state(hypervisor, id.get());
        if (id.isEmpty() || state != PowerState.RUNNING) {
            return new RecoveredMachine(wanted.machine(), id, state, served, List.of(), false);
        }
        List<String> addresses = new ArrayList<>(new TreeSet<>(hypervisor.addresses(id.get()).values().stream()
                .flatMap(List::stream)
                .toList()));
        boolean ready = switch (wanted.sign()) {
            case RUNNING -> true;
            case GUEST ->
                !isElsewhere(addresses, networks)
                        && (!addresses.isEmpty() || hypervisor.guestAnswers(id.get(), AGENT_LIMIT));
            case PORT -> accepts(hosts(planned, addresses), wanted.port(), networks);
        };
        return new RecoveredMachine(wanted.machine(), id, state, served, addresses, ready);
    }

    /** Whether a guest has addresses, and none that its networks have: nobody reaches it. */
    static boolean isElsewhere(List<String> addresses, Optional<RealmState> networks) {
        List<HomeAddress> told = FixedAddresses.ofNetworks(addresses);
        return networks.isPresent()
                && !told.isEmpty()
                && told.stream()
                        .noneMatch(one -> networks.get().networks().stream()
                                .anyMatch(network -> network.subnet().contains(one.address())));
    }

    private static List<String> hosts(Optional<Ipv4Address> planned, List<String> addresses) {
        List<String> hosts = new ArrayList<>();
        planned.ifPresent(address -> hosts.add(address.toString()));
        addresses.stream().map(address -> address.replaceFirst("/.*", "")).forEach(hosts::add);
        return hosts;
    }

    /** Asked from where the machine's own router stands: from outside nothing leads to it yet. */
    private static boolean accepts(List<String> hosts, int port, Optional<RealmState> networks) {
        return hosts.stream()
                .distinct()
                .anyMatch(host -> networks.isEmpty() ? accepts(host, port) : acceptsWithin(networks.get(), host, port));
    }

    private static boolean acceptsWithin(RealmState realm, String host, int port) {
        try {
            return NetworkNamespace.at(realm.namespace()).call(() -> accepts(host, port));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            // The namespace has gone, or the address is none that can be reached.
            return false;
        }
    }

    private static boolean accepts(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT_LIMIT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
