package dev.lifeboat.network.linux;

import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.Subnet;
import java.util.Collection;
import java.util.Optional;

/**
 * The two addresses of the way between a realm's router and the host.
 *
 * @param subnet of four addresses, of which the middle two are used
 */
record Transit(Subnet subnet) {

    /**
     * Where they are taken from: addresses for benchmarks between networks (RFC 2544, RFC 6890), which hardly any
     * network has in use.
     */
    private static final Subnet POOL = Subnet.of("198.18.0.0/16");

    private static final int PREFIX = 30;
    private static final int ADDRESSES = 4;
    private static final int PAIRS = 1 << (PREFIX - 16);
    private static final int HEXADECIMAL = 16;

    /** Found again by the host's own address. */
    static Transit around(Ipv4Address host) {
        return new Transit(Subnet.around(host, PREFIX));
    }

    /** One that overlaps nothing of this; the search begins at a place of the realm's own. */
    static Optional<Transit> free(RealmId realm, Collection<Subnet> taken) {
        int begin = Integer.parseUnsignedInt(realm.text().substring(2), HEXADECIMAL);
        for (int i = 0; i < PAIRS; i++) {
            int number = Math.floorMod(begin + i, PAIRS);
            Subnet candidate = new Subnet(POOL.network().plus(number * ADDRESSES), PREFIX);
            if (taken.stream().noneMatch(candidate::overlaps)) {
                return Optional.of(new Transit(candidate));
            }
        }
        return Optional.empty();
    }

    /** The host's end. */
    Ipv4Address host() {
        return subnet.first();
    }

    /** The router's end. */
    Ipv4Address router() {
        return subnet.last();
    }
}
