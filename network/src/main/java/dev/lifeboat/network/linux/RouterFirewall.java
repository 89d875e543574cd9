package dev.lifeboat.network.linux;

import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of a realm's router, as text for {@code nft -f}. The router answers to DHCP, DNS and ping from its
 * networks, passes between them, and out where the forward mode says so. What may come in is decided by the host's
 * table; here only the ports on the way are led to their machines.
 *
 * @param forward of each network, in order
 * @param subnets of each network, in order
 * @param transit empty when nothing leads out
 */
record RouterFirewall(
        RealmLinks links,
        List<ForwardMode> forward,
        List<Subnet> subnets,
        Optional<Transit> transit,
        Published published) {

    String text() {
        List<String> outgoing = new ArrayList<>();
        List<String> incoming = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        for (int network = 0; network < forward.size(); network++) {
            String lan = links.lan(network);
            switch (forward.get(network)) {
                case ISOLATED -> {}
                case NAT -> {
                    outgoing.add(lan);
                    masked.add(subnets.get(network).toString());
                }
                case ROUTED -> {
                    outgoing.add(lan);
                    incoming.add(lan);
                }
            }
        }
        StringBuilder text = new StringBuilder("""
            table inet %1$s {}
            delete table inet %1$s
            table inet %1$s {
                chain entering {
                    type filter hook input priority filter; policy drop;
                    iifname "lo" accept
                    ct state established,related accept
                    iifname "lan*" udp dport { 53, 67 } accept
                    iifname "lan*" tcp dport 53 accept
                    iifname "lan*" icmp type echo-request accept
                }
                chain passing {
                    type filter hook forward priority filter; policy drop;
                    ct state established,related accept
                    iifname "lan*" oifname "lan*" accept
            """.formatted(RealmLinks.ROUTER_TABLE));
        String up = RealmLinks.ROUTER_UPLINK;
        outgoing.forEach(lan -> text.append("        iifname \"%s\" oifname \"%s\" accept\n".formatted(lan, up)));
        incoming.forEach(lan -> text.append("        iifname \"%s\" oifname \"%s\" accept\n".formatted(up, lan)));
        text.append("        iifname \"%s\" ct status dnat accept\n    }\n".formatted(up));
        transit.ifPresent(way -> {
            text.append("    chain published {\n        type nat hook prerouting priority dstnat; policy accept;\n");
            translated(published, way).forEach(rule -> text.append("        %s\n".formatted(rule)));
            text.append("    }\n");
        });
        if (!masked.isEmpty()) {
            text.append("""
                    chain masked {
                        type nat hook postrouting priority srcnat; policy accept;
                        oifname "%s" ip saddr { %s } masquerade
                    }
                """.formatted(up, String.join(", ", masked)));
        }
        return text.append("}\n").toString();
    }

    /** Other ports in place of those that there are, in one moment. */
    static String change(Transit way, Published published) {
        StringBuilder text = new StringBuilder("flush chain inet %s published\n".formatted(RealmLinks.ROUTER_TABLE));
        translated(published, way)
                .forEach(rule ->
                        text.append("add rule inet %s published %s\n".formatted(RealmLinks.ROUTER_TABLE, rule)));
        return text.toString();
    }

    private static List<String> translated(Published published, Transit way) {
        List<String> rules = new ArrayList<>();
        published
                .ports()
                .forEach((port, onTheWay) -> rules.add("iifname \"%s\" ip daddr %s %s dport %d dnat ip to %s:%d"
                        .formatted(
                                RealmLinks.ROUTER_UPLINK,
                                way.router(),
                                port.protocol().code(),
                                onTheWay,
                                port.machine(),
                                port.machinePort())));
        return rules;
    }
}
