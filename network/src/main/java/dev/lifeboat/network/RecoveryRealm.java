package dev.lifeboat.network;

import java.util.List;

/** The networks of a real recovery. */
public record RecoveryRealm(Label name, Label owner, List<RecoveryNetwork> networks, List<Ipv4Address> resolvers)
        implements Realm {

    public RecoveryRealm {
        networks = List.copyOf(networks);
        resolvers = List.copyOf(resolvers);
    }

    @Override
    public RealmKind kind() {
        return RealmKind.RECOVERY;
    }
}
