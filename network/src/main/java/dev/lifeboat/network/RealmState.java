package dev.lifeboat.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is there of a realm, as the kernel said when it was asked.
 *
 * @param id what the kernel calls it
 * @param mark whose it is; empty when only pieces without a mark are left
 * @param networks those that are whole enough to be told
 * @param openings by which it is reached now
 * @param namespace the network namespace of its router, from which its machines are reached, for readiness probes
 * @param pieces everything there is of it, for people
 * @param faults what is missing or does not run, a sentence each; none when all is well
 */
public record RealmState(
        RealmId id,
        Optional<RealmMark> mark,
        List<NetworkState> networks,
        Openings openings,
        Path namespace,
        List<String> pieces,
        List<String> faults) {

    public RealmState {
        networks = List.copyOf(networks);
        pieces = List.copyOf(pieces);
        faults = List.copyOf(faults);
    }

    /** Whether all of it is there and runs. */
    public boolean isWhole() {
        return faults.isEmpty();
    }

    /** The network of this name. */
    public Optional<NetworkState> network(Label name) {
        return networks.stream().filter(network -> network.name().equals(name)).findFirst();
    }
}
