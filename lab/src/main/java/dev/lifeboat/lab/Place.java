package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Arrays;
import java.util.List;

/**
 * The three places of every lab and their addresses, all from the ranges kept for documentation and private use (RFC
 * 5737, RFC 1918), so that no address in a lab can be mistaken for a real one. Labs do not see each other, so all labs
 * use the same.
 *
 * <pre>
 *                    world  198.51.100.1 (customers), .2 (arbiter), .53 (resolver)
 *        203.0.113.1 /    \ 203.0.113.5
 *                   /      \            internet
 *      203.0.113.2 /        \ 203.0.113.6
 *            primary ------- recovery
 *        192.0.2.1     wan      192.0.2.2
 *     lan 10.20.0.0/24        lan 10.30.0.0/24
 * </pre>
 */
public enum Place {
    /** The site whose machines are protected. One host. */
    PRIMARY("primary", "10.20.0", "203.0.113.2", "203.0.113.1", "192.0.2.1"),
    /** The site that stands by. Two hosts. */
    RECOVERY("recovery", "10.30.0", "203.0.113.6", "203.0.113.5", "192.0.2.2"),
    /** Everywhere else: the customers, their resolver, the arbiter. No hosts. */
    WORLD("world", "198.51.100", "198.51.100.1", "", "");

    /** The two that can lose power. */
    public static final List<Place> SITES = List.of(PRIMARY, RECOVERY);

    /** The name under which customers know the shop; RFC 2606 keeps the domain for such use. */
    public static final String SHOP_NAME = "shop.example";

    /** Where the customers' resolver listens. */
    public static final String RESOLVER_ADDRESS = "198.51.100.53";

    /** Where the arbiter, the third voter, will listen. */
    public static final String ARBITER_ADDRESS = "198.51.100.2";

    private final String label;
    private final String network;
    private final String publicAddress;
    private final String internetPeer;
    private final String wanAddress;

    Place(String label, String network, String publicAddress, String internetPeer, String wanAddress) {
        this.label = label;
        this.network = network;
        this.publicAddress = publicAddress;
        this.internetPeer = internetPeer;
        this.wanAddress = wanAddress;
    }

    /**
     * The site of this name.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_SITE_UNKNOWN}
     */
    public static Place site(String name) {
        return SITES.stream()
                .filter(site -> site.label.equals(name))
                .findFirst()
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.LAB_SITE_UNKNOWN, "There is no site named '%s' in a lab.".formatted(name)));
    }

    /** The hosts that stand here. */
    public List<LabHost> hosts() {
        return Arrays.stream(LabHost.values())
                .filter(host -> host.site() == this)
                .toList();
    }

    /** The address of this number in the place's own network. */
    public String address(int number) {
        return network + "." + number;
    }

    /** The place's own network, in CIDR form. */
    public String subnet() {
        return network + ".0/24";
    }

    /** Where the internet reaches the place. */
    public String publicAddress() {
        return publicAddress;
    }

    /** The world's end of the site's internet link. */
    String internetPeer() {
        return internetPeer;
    }

    /** The site's end of the link between the sites. */
    String wanAddress() {
        return wanAddress;
    }

    @Override
    public String toString() {
        return label;
    }
}
