package dev.lifeboat.network;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The names that the resolver of a realm answers for: those of all its networks, short ones with their domain too. */
public final class RealmNames {

    private RealmNames() {}

    /** Each name with its addresses; more than one is a clash. */
    public static SortedMap<DnsName, SortedSet<Ipv4Address>> of(Realm realm) {
        SortedMap<DnsName, SortedSet<Ipv4Address>> all = new TreeMap<>();
        for (RecoveryNetwork network : realm.networks()) {
            network.names().forEach((name, address) -> {
                add(all, name, address);
                if (name.isShort()) {
                    network.domain().ifPresent(domain -> add(all, new DnsName(name + "." + domain), address));
                }
            });
        }
        return all;
    }

    private static void add(SortedMap<DnsName, SortedSet<Ipv4Address>> all, DnsName name, Ipv4Address address) {
        all.computeIfAbsent(name, any -> new TreeSet<>()).add(address);
    }
}
