package dev.lifeboat.network.linux;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.network.Surroundings;
import dev.lifeboat.network.Surroundings.HostSubnet;
import dev.lifeboat.network.Surroundings.Listener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What a host said at one moment, when it was asked for everything that could belong to a realm. */
final class HostView {

    private static final Pattern TABLE = Pattern.compile("table (\\S+) (\\S+)");

    /** Such as {@code 127.0.0.53%lo:53}, {@code *:22} or {@code [::]:22}. */
    private static final Pattern LISTENER = Pattern.compile("(tcp|udp)\\s+\\S+\\s+\\d+\\s+\\d+\\s+(\\S+):(\\d+)\\s.*");

    private static final int WHOLE_ADDRESS = 32;

    private final HostPrograms programs;
    private final NameService names;
    private final Map<String, Link> links;
    private final Set<String> namespaces;
    private final Set<String> tables;

    private HostView(
            HostPrograms programs,
            NameService names,
            Map<String, Link> links,
            Set<String> namespaces,
            Set<String> tables) {
        this.programs = programs;
        this.names = names;
        this.links = links;
        this.namespaces = namespaces;
        this.tables = tables;
    }

    static HostView look(HostPrograms programs, NameService names) throws InterruptedException {
        Map<String, Link> links = Link.read(
                programs.program("ip", "-json", "address", "show").run().orThrow());
        // Details have the labels. They are asked for of bridges alone: of others they are many, and not all sound.
        Link.read(programs.program("ip", "-json", "-details", "link", "show", "type", "bridge")
                        .run()
                        .orThrow())
                .forEach((name, bridge) -> links.computeIfPresent(name, (same, link) -> link.labelled(bridge.alias())));
        Set<String> namespaces = new TreeSet<>();
        for (JsonNode node :
                Link.json(programs.program("ip", "-json", "netns", "list").run().orThrow())) {
            namespaces.add(node.path("name").asString(""));
        }
        Set<String> tables = new TreeSet<>();
        Matcher matcher =
                TABLE.matcher(programs.program("nft", "list", "tables").ask());
        while (matcher.find()) {
            tables.add(matcher.group(1) + " " + matcher.group(2));
        }
        return new HostView(programs, names, links, namespaces, tables);
    }

    /** Those of which anything is there. */
    Set<RealmId> realms() {
        Set<RealmId> realms = new TreeSet<>(names.realms());
        links.keySet().forEach(link -> RealmLinks.realmOf(link).ifPresent(realms::add));
        namespaces.stream().filter(RealmId::isOne).map(RealmId::new).forEach(realms::add);
        tables.stream()
                .map(table -> table.substring(table.indexOf(' ') + 1))
                .filter(RealmId::isOne)
                .map(RealmId::new)
                .forEach(realms::add);
        return realms;
    }

    /** Everything about one of them. */
    RealmView realm(RealmId id) throws InterruptedException {
        return RealmView.look(programs, names, this, new RealmLinks(id));
    }

    List<RealmState> states() throws InterruptedException {
        List<RealmState> states = new ArrayList<>();
        for (RealmId id : realms()) {
            states.add(realm(id).state());
        }
        return states;
    }

    Map<String, Link> links() {
        return links;
    }

    boolean hasNamespace(RealmId id) {
        return namespaces.contains(id.text());
    }

    boolean hasTable(String family, RealmId id) {
        return tables.contains(family + " " + id);
    }

    /** The host around a realm: its own way to the host is left out. */
    Surroundings around(RealmId realm) throws InterruptedException {
        Set<Ipv4Address> addresses = new HashSet<>();
        List<HostSubnet> subnets = new ArrayList<>();
        for (Link link : links.values()) {
            link.addresses().forEach(one -> addresses.add(one.address()));
            if (!link.name().equals(new RealmLinks(realm).uplink())) {
                link.addresses()
                        .forEach(one ->
                                subnets.add(new HostSubnet(Subnet.around(one.address(), one.prefix()), link.name())));
            }
        }
        subnets.addAll(routes());
        return new Surroundings(subnets, addresses, listeners(), states());
    }

    /** Those into realms are left out: whose addresses are in use there is told by the realms. */
    private List<HostSubnet> routes() throws InterruptedException {
        List<HostSubnet> routes = new ArrayList<>();
        for (JsonNode route : Link.json(
                programs.program("ip", "-json", "-4", "route", "show").run().orThrow())) {
            String link = route.path("dev").asString("no link");
            String to = route.path("dst").asString("default");
            if (!to.equals("default") && RealmLinks.realmOf(link).isEmpty()) {
                routes.add(new HostSubnet(
                        to.indexOf('/') < 0 ? new Subnet(Ipv4Address.of(to), WHOLE_ADDRESS) : Subnet.of(to), link));
            }
        }
        return routes;
    }

    /** Where a program listens for IPv6 everywhere it does so for IPv4 too, unless it says otherwise; ss(8). */
    private Set<Listener> listeners() throws InterruptedException {
        ProgramRun run = programs.program("ss", "--no-header", "--listening", "--numeric", "--tcp", "--udp")
                .run()
                .orThrow();
        Set<Listener> listeners = new HashSet<>();
        run.output().lines().map(LISTENER::matcher).filter(Matcher::matches).forEach(matcher -> {
            String address = matcher.group(2).replaceFirst("%.*", "");
            boolean everywhere = address.equals("*") || address.equals("[::]");
            if (everywhere || !address.startsWith("[")) {
                listeners.add(new Listener(
                        matcher.group(1).equals(Protocol.TCP.code()) ? Protocol.TCP : Protocol.UDP,
                        everywhere ? Ipv4Address.ANY : Ipv4Address.of(address),
                        Integer.parseInt(matcher.group(3))));
            }
        });
        // What listens for the host alone is not reached from outside, and not hidden by what is published.
        listeners.removeIf(listener -> Subnet.of("127.0.0.0/8").contains(listener.address()));
        return listeners;
    }
}
