package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Networks of a host in memory. They carry nothing. Safe for use by several threads. */
public final class InMemoryNetworks implements Networks {

    private final NetworkHostInMemory host;

    InMemoryNetworks(NetworkHostInMemory host) {
        this.host = host;
    }

    @Override
    public List<Clash> check(Realm realm, Openings openings) {
        synchronized (host) {
            Surroundings surroundings = host.surroundings(observe());
            List<Clash> clashes = new ArrayList<>(Clashes.of(realm, surroundings));
            clashes.addAll(Clashes.of(realm.id(), realm.networks(), openings, surroundings));
            return clashes;
        }
    }

    @Override
    public RealmState make(Realm realm) {
        synchronized (host) {
            Clashes.refuse(check(realm, Openings.NONE));
            host.realms.put(realm.id(), realm);
            host.faults.remove(realm.id());
            return state(realm);
        }
    }

    @Override
    public RealmState open(Label name, Openings openings) {
        synchronized (host) {
            RealmId id = RealmId.of(name);
            Realm realm = host.realms.get(id);
            if (realm == null || host.faults.containsKey(id)) {
                throw new LifeboatException(ErrorCode.NET_NOT_FOUND, "%s cannot be opened.".formatted(name));
            }
            Clashes.refuse(Clashes.of(id, realm.networks(), openings, host.surroundings(observe())));
            host.openings.put(id, openings);
            return state(realm);
        }
    }

    @Override
    public void close(Label name) {
        synchronized (host) {
            host.openings.remove(RealmId.of(name));
        }
    }

    @Override
    public Removal remove(RealmId id) {
        synchronized (host) {
            if (!host.realms.containsKey(id)) {
                return new Removal(id, List.of(), List.of(), List.of());
            }
            List<String> left = host.stubborn();
            if (left.isEmpty()) {
                host.realms.remove(id);
                host.openings.remove(id);
                host.faults.remove(id);
            } else {
                host.faults.put(id, List.of("removed in part"));
            }
            return new Removal(id, left, List.of(), List.of());
        }
    }

    @Override
    public List<RealmState> observe() {
        synchronized (host) {
            return host.realms.values().stream().map(this::state).toList();
        }
    }

    private RealmState state(Realm realm) {
        RealmId id = realm.id();
        List<NetworkState> networks = new ArrayList<>();
        for (int number = 0; number < realm.networks().size(); number++) {
            RecoveryNetwork network = realm.networks().get(number);
            networks.add(new NetworkState(
                    network.name(),
                    network.subnet(),
                    network.gateway(),
                    network.forward(),
                    "%s-%x".formatted(id, number),
                    List.of()));
        }
        return new RealmState(
                id,
                Optional.of(RealmMark.of(realm)),
                networks,
                host.openings.getOrDefault(id, Openings.NONE),
                Path.of("/run/netns", id.text()),
                List.of("memory " + id),
                host.faults.getOrDefault(id, List.of()));
    }
}
