package dev.lifeboat.network.linux;

import dev.lifeboat.network.AllowRule;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.PublishedPort;
import dev.lifeboat.network.RealmMark;
import dev.lifeboat.network.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The two tables that a realm has in the host's firewall, as text for {@code nft -f}, which takes over all of it in one
 * moment or nothing.
 *
 * <p>Table {@code netdev} carries the mark. It drops what a bridge would hand up to the host: the host answers ARP for
 * every address it has, on every link (the kernel's {@code arp_ignore}), and forwards what is sent to its hardware
 * address; with this it does neither.
 *
 * <p>Table {@code inet} keeps bridged packets out of the host's connection tracking, for where {@code br_netfilter} is
 * on (the default once its module is loaded) two realms with equal addresses would be taken for one. Where something
 * leads out it has the openings: only what matches one of {@code opened} passes, in both directions and with every
 * packet, so that closing ends connections too.
 *
 * @param transit empty when nothing leads out
 * @param behind the subnets of the realm
 * @param resolvers the realm's resolver may ask these, even when the host itself is one
 */
record HostFirewall(
        RealmLinks links,
        RealmMark mark,
        Optional<Transit> transit,
        List<Subnet> behind,
        List<Ipv4Address> resolvers,
        Published published) {

    /** Only the mark, before there is anything to be guarded. */
    static String marked(RealmLinks links, RealmMark mark) {
        return "table netdev %s { comment \"%s\"; }\n".formatted(links.id(), mark);
    }

    /** All of it. The bridges must exist. */
    String text() {
        List<String> bridges = new ArrayList<>();
        for (int network = 0; network < mark.networks(); network++) {
            bridges.add(quoted(links.bridge(network)));
        }
        StringBuilder text = new StringBuilder();
        text.append(replacing("netdev"));
        for (int network = 0; network < bridges.size(); network++) {
            text.append("""
                    chain deaf%x {
                        type filter hook ingress device %s priority filter; policy drop;
                    }
                """.formatted(network, bridges.get(network)));
        }
        text.append("}\n").append(replacing("inet"));
        text.append("""
                chain untracked {
                    type filter hook prerouting priority raw; policy accept;
                    iifname { %s } notrack
                }
            """.formatted(String.join(", ", bridges)));
        transit.ifPresent(way -> text.append(passage(way)));
        return text.append("}\n").toString();
    }

    private String replacing(String family) {
        return """
            table %1$s %2$s { comment "%3$s"; }
            delete table %1$s %2$s
            table %1$s %2$s {
                comment "%3$s"
            """.formatted(family, links.id(), mark);
    }

    /**
     * The chain {@code arriving} hangs behind routing, for there a connection of the host itself is seen with the link
     * that it really takes.
     */
    private String passage(Transit way) {
        String asking = resolvers.isEmpty()
                ? ""
                : "ip daddr { %s } meta l4proto { tcp, udp } th dport 53 accept"
                        .formatted(resolvers.stream().map(Ipv4Address::toString).collect(Collectors.joining(", ")));
        return """
                chain opened {
            %4$s    }
                chain arriving {
                    type filter hook postrouting priority filter; policy accept;
                    oifname != %1$s accept
                    ct state related accept
                    ct direction reply accept
                    jump opened
                    drop
                }
                chain departing {
                    type filter hook forward priority filter - 5; policy accept;
                    iifname != %1$s accept
                    ct state related accept
                    ct direction original accept
                    jump opened
                    drop
                }
                chain entering {
                    type filter hook input priority filter - 5; policy accept;
                    iifname != %1$s accept
                    ct state related accept
                    ct direction reply jump opened
                    %5$s
                    drop
                }
                chain published {
                    type nat hook prerouting priority dstnat - 5; policy accept;
            %6$s    }
                chain published_for_the_host {
                    type nat hook output priority -105; policy accept;
            %6$s    }
                chain masked {
                    type nat hook postrouting priority srcnat - 5; policy accept;
                    oifname != %1$s ip saddr %2$s masquerade
                    oifname %1$s ip saddr { %2$s, %3$s } masquerade
                }
            """.formatted(
                        quoted(links.uplink()),
                        way.router(),
                        behind.stream().map(Subnet::toString).collect(Collectors.joining(", ")),
                        lines(opened(published, way)),
                        asking,
                        lines(translated(published, way)));
    }

    /** Other openings in place of those that there are, in one moment. */
    static String change(RealmLinks links, Transit way, Published published) {
        String table = "inet " + links.id();
        StringBuilder text = new StringBuilder();
        for (String chain : List.of("opened", "published", "published_for_the_host")) {
            text.append("flush chain %s %s\n".formatted(table, chain));
        }
        opened(published, way).forEach(rule -> text.append("add rule %s opened %s\n".formatted(table, rule)));
        for (String rule : translated(published, way)) {
            text.append("add rule %s published %s\n".formatted(table, rule));
            text.append("add rule %s published_for_the_host %s\n".formatted(table, rule));
        }
        return text.toString();
    }

    private static List<String> opened(Published published, Transit way) {
        List<String> rules = new ArrayList<>();
        for (Map.Entry<PublishedPort, Integer> entry : published.ports().entrySet()) {
            PublishedPort port = entry.getKey();
            boolean any = port.hostAddress().equals(Ipv4Address.ANY);
            rules.add(("meta l4proto %s ct status dnat %sct original proto-dst %d ct reply ip saddr %s accept"
                            + " comment \"%s\"")
                    .formatted(
                            port.protocol().code(),
                            any ? "" : "ct original ip daddr %s ".formatted(port.hostAddress()),
                            port.hostPort(),
                            way.router(),
                            Published.comment(entry)));
        }
        for (AllowRule rule : published.rules()) {
            String source =
                    rule.source().equals(Subnet.EVERYWHERE) ? "" : "ct original ip saddr %s ".formatted(rule.source());
            rules.add("meta l4proto %s %sct original ip daddr %s ct original proto-dst %d accept comment \"%s\""
                    .formatted(rule.protocol().code(), source, rule.machine(), rule.port(), Published.comment(rule)));
        }
        return rules;
    }

    private static List<String> translated(Published published, Transit way) {
        List<String> rules = new ArrayList<>();
        published
                .ports()
                .forEach((port, onTheWay) -> rules.add("%s %s dport %d dnat ip to %s:%d"
                        .formatted(
                                port.hostAddress().equals(Ipv4Address.ANY)
                                        ? "ip daddr != 127.0.0.0/8 fib daddr type local"
                                        : "ip daddr " + port.hostAddress(),
                                port.protocol().code(),
                                port.hostPort(),
                                way.router(),
                                onTheWay)));
        return rules;
    }

    private static String quoted(String link) {
        return "\"" + link + "\"";
    }

    private static String lines(List<String> rules) {
        return rules.stream().map("        %s\n"::formatted).collect(Collectors.joining());
    }
}
