package dev.lifeboat.network;

import java.util.List;

/**
 * Networks for a test, with the subnets and addresses of production inside and no way out. Several may exist at once,
 * with the same subnets as each other, as a real recovery, and as the host itself.
 *
 * <p>Invariant: every network is {@link ForwardMode#ISOLATED}, whatever it was before.
 */
public record Bubble(Label name, Label owner, List<RecoveryNetwork> networks) implements Realm {

    public Bubble {
        networks = networks.stream()
                .map(network -> network.forwarding(ForwardMode.ISOLATED))
                .toList();
    }

    @Override
    public List<Ipv4Address> resolvers() {
        return List.of();
    }

    @Override
    public RealmKind kind() {
        return RealmKind.BUBBLE;
    }
}
