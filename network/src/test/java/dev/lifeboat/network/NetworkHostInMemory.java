package dev.lifeboat.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A host without a kernel, for others' tests. It outlives the {@link InMemoryNetworks} that look at it. */
public final class NetworkHostInMemory implements TestNetworkHost {

    final Map<RealmId, Realm> realms = new TreeMap<>();
    final Map<RealmId, Openings> openings = new TreeMap<>();
    final Map<RealmId, List<String>> faults = new TreeMap<>();
    private final List<Surroundings.HostSubnet> subnets = new ArrayList<>();
    private final Set<Ipv4Address> addresses = new HashSet<>();
    private final Set<Surroundings.Listener> listeners = new HashSet<>();
    private List<String> stubborn = List.of();

    @Override
    public synchronized Networks connect() {
        return new InMemoryNetworks(this);
    }

    @Override
    public synchronized void giveAddress(String address) {
        MachineCard.HomeAddress given = MachineCard.HomeAddress.of(address);
        addresses.add(given.address());
        subnets.add(new Surroundings.HostSubnet(Subnet.around(given.address(), given.prefix()), "memory"));
    }

    @Override
    public synchronized void listen(int port) {
        listeners.add(new Surroundings.Listener(Protocol.TCP, Ipv4Address.ANY, port));
    }

    @Override
    public synchronized void breakApart(RealmId realm) {
        faults.put(realm, List.of("broken apart"));
    }

    /** Every removal leaves these from now on. */
    public synchronized void holdOn(String... pieces) {
        stubborn = List.of(pieces);
    }

    synchronized List<String> stubborn() {
        return stubborn;
    }

    synchronized Surroundings surroundings(List<RealmState> states) {
        return new Surroundings(subnets, addresses, listeners, states);
    }

    @Override
    public void close() {}
}
