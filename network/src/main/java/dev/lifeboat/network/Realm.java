package dev.lifeboat.network;

import java.util.List;

/**
 * Networks that belong together and reach each other, made and removed as one: those of a real recovery, or a bubble.
 * What is in one realm sees nothing of another, even where subnets are the same.
 */
public sealed interface Realm permits RecoveryRealm, Bubble {

    /** Room for any site, few enough that each has a single hexadecimal digit in the names of its links. */
    int MOST_NETWORKS = 16;

    /** Unique on a host; the key by which making and removing it may be repeated. */
    Label name();

    /** The run, or whatever else it was made for. */
    Label owner();

    /** Its networks, in an order that stays. */
    List<RecoveryNetwork> networks();

    /** Where its resolver asks for names that it does not know itself; when there is none they do not exist. */
    List<Ipv4Address> resolvers();

    RealmKind kind();

    /** Whether anything leads out of it. */
    default boolean leadsOut() {
        return networks().stream().anyMatch(network -> network.forward().leadsOut());
    }

    /** Its identity on a host. */
    default RealmId id() {
        return RealmId.of(name());
    }
}
