package dev.lifeboat.network.linux;

import dev.lifeboat.network.RealmId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How everything of a realm is called. Where N is the number of a network as a hexadecimal digit:
 *
 * <pre>
 * host                          namespace lbXXXXXXXX
 * lbXXXXXXXX-N   bridge
 * lbXXXXXXXX-Nr  its port  ───  lanN   has the gateway's address
 * lbXXXXXXXX-up  ─────────────  uplink only where something leads out
 * </pre>
 */
record RealmLinks(RealmId id) {

    /** In the router: its end of the way to the host. */
    static final String ROUTER_UPLINK = "uplink";

    /** In the router: the table of its firewall. */
    static final String ROUTER_TABLE = "lifeboat";

    /** Where iproute2 mounts namespaces, ip-netns(8). */
    private static final Path NAMESPACES = Path.of("/run/netns");

    private static final Pattern HOST_LINK = Pattern.compile("(lb[0-9a-f]{8})-([0-9a-f]r?|up)");
    private static final int HEXADECIMAL = 16;

    /** The realm that a link of the host belongs to by its name. */
    static Optional<RealmId> realmOf(String link) {
        Matcher matcher = HOST_LINK.matcher(link);
        return matcher.matches() ? Optional.of(new RealmId(matcher.group(1))) : Optional.empty();
    }

    String bridge(int network) {
        return "%s-%x".formatted(id, network);
    }

    /** The number of the network whose bridge this is; below zero when it is none. */
    int numberOf(String bridge) {
        String beginning = id + "-";
        return bridge.length() == beginning.length() + 1 && bridge.startsWith(beginning)
                ? Character.digit(bridge.charAt(beginning.length()), HEXADECIMAL)
                : -1;
    }

    /** The port of the bridge behind which the router is. */
    String port(int network) {
        return bridge(network) + "r";
    }

    String lan(int network) {
        return "lan%x".formatted(network);
    }

    String uplink() {
        return id + "-up";
    }

    Path namespace() {
        return NAMESPACES.resolve(id.text());
    }
}
