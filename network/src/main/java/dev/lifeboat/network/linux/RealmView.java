package dev.lifeboat.network.linux;

import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.NetworkState;
import dev.lifeboat.network.RealmMark;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.Subnet;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a host said of one realm at one moment. */
final class RealmView {

    private static final Pattern COMMENT = Pattern.compile("comment \"([^\"]*)\"");

    /** The label of a bridge: whose it is, and what it is. */
    private static final Pattern ALIAS = Pattern.compile("lifeboat \\S+ network (\\S{1,40}) (isolated|nat|routed)");

    private final RealmLinks links;
    private final HostView host;
    private final NameService names;
    private final Optional<RealmMark> mark;
    private final Published published;
    private final boolean namespaceWorks;
    private final boolean routerHasRules;
    private final Map<String, Link> inRouter;

    private RealmView(
            RealmLinks links,
            HostView host,
            NameService names,
            Optional<RealmMark> mark,
            Published published,
            boolean namespaceWorks,
            boolean routerHasRules,
            Map<String, Link> inRouter) {
        this.links = links;
        this.host = host;
        this.names = names;
        this.mark = mark;
        this.published = published;
        this.namespaceWorks = namespaceWorks;
        this.routerHasRules = routerHasRules;
        this.inRouter = inRouter;
    }

    static RealmView look(HostPrograms programs, NameService names, HostView host, RealmLinks links)
            throws InterruptedException {
        String id = links.id().text();
        Optional<RealmMark> mark = Optional.empty();
        if (host.hasTable("netdev", links.id())) {
            Matcher comment = COMMENT.matcher(
                    programs.program("nft", "list", "table", "netdev", id).run().output());
            mark = comment.find() ? RealmMark.read(comment.group(1)) : Optional.empty();
        }
        Published published = host.hasTable("inet", links.id())
                ? Published.read(programs.program("nft", "list", "table", "inet", id)
                        .run()
                        .output())
                : Published.NOTHING;
        boolean works = false;
        boolean rules = false;
        Map<String, Link> inRouter = Map.of();
        if (host.hasNamespace(links.id())) {
            // Its file may be left without a namespace behind it, or there may be none at all at this moment.
            ProgramRun run = programs.program("ip", "-netns", id, "-json", "address", "show")
                    .run();
            works = run.succeeded();
            inRouter = works ? Link.read(run) : Map.of();
            rules = works
                    && LinuxNetworks.inRouter(programs, links)
                            .program("nft", "list", "table", "inet", RealmLinks.ROUTER_TABLE)
                            .run()
                            .succeeded();
        }
        return new RealmView(links, host, names, mark, published, works, rules, inRouter);
    }

    Published published() {
        return published;
    }

    boolean namespaceWorks() {
        return namespaceWorks;
    }

    boolean routerHas(String link) {
        return inRouter.containsKey(link);
    }

    boolean hostHas(String link) {
        return host.links().containsKey(link);
    }

    /** The addresses of the way to the host, if it has been made. */
    Optional<Transit> transit() {
        return Optional.ofNullable(host.links().get(links.uplink()))
                .flatMap(link -> link.addresses().stream().findFirst())
                .map(address -> Transit.around(address.address()));
    }

    RealmState state() {
        List<String> faults = new ArrayList<>();
        List<NetworkState> networks = networks();
        if (mark.isEmpty()) {
            faults.add("the mark in the firewall is missing");
        }
        mark.filter(one -> one.networks() != networks.size())
                .ifPresent(one -> faults.add("%d of %d networks are there".formatted(networks.size(), one.networks())));
        if (!namespaceWorks) {
            faults.add("the router's namespace is missing");
        }
        if (!host.hasTable("inet", links.id())) {
            faults.add("the host's firewall has no rules for it");
        }
        if (!routerHasRules) {
            faults.add("the router has no firewall");
        }
        if (names.running(links.id()).isEmpty()) {
            faults.add("dnsmasq does not run");
        }
        if (networks.stream().anyMatch(network -> network.forward().leadsOut()) && !wayOutIsWhole()) {
            faults.add("the way out is missing");
        }
        return new RealmState(links.id(), mark, networks, published.openings(), links.namespace(), pieces(), faults);
    }

    private boolean wayOutIsWhole() {
        Link here = host.links().get(links.uplink());
        Link there = inRouter.get(RealmLinks.ROUTER_UPLINK);
        return here != null
                && there != null
                && here.up()
                && there.up()
                && !here.addresses().isEmpty()
                && !there.addresses().isEmpty();
    }

    private List<NetworkState> networks() {
        List<NetworkState> networks = new ArrayList<>();
        for (Link bridge : host.links().values()) {
            int number = links.numberOf(bridge.name());
            Matcher alias = ALIAS.matcher(bridge.alias());
            if (number < 0 || !bridge.up() || !alias.matches()) {
                continue;
            }
            Link port = host.links().get(links.port(number));
            Link lan = inRouter.get(links.lan(number));
            if (port == null
                    || !port.up()
                    || !port.master().equals(bridge.name())
                    || lan == null
                    || !lan.up()
                    || lan.addresses().isEmpty()) {
                continue;
            }
            Link.Address gateway = lan.addresses().getFirst();
            networks.add(new NetworkState(
                    new Label(alias.group(1)),
                    Subnet.around(gateway.address(), gateway.prefix()),
                    gateway.address(),
                    Arrays.stream(ForwardMode.values())
                            .filter(mode -> mode.code().equals(alias.group(2)))
                            .findFirst()
                            .orElseThrow(),
                    bridge.name(),
                    plugged(number)));
        }
        return networks;
    }

    /** The links of machines on a bridge. */
    private List<String> plugged(int network) {
        return host.links().values().stream()
                .filter(link -> link.master().equals(links.bridge(network)))
                .map(Link::name)
                .filter(name -> !name.equals(links.port(network)))
                .toList();
    }

    /** The links of machines on any bridge of the realm, whole or not. */
    List<String> plugged() {
        List<String> all = new ArrayList<>();
        for (String bridge : host.links().keySet()) {
            int number = links.numberOf(bridge);
            if (number >= 0) {
                all.addAll(plugged(number));
            }
        }
        return all;
    }

    /** Links of the host that belong to it, bridges last. */
    List<String> hostLinks() {
        return host.links().keySet().stream()
                .filter(link ->
                        RealmLinks.realmOf(link).filter(links.id()::equals).isPresent())
                .sorted((one, other) -> Boolean.compare(links.numberOf(one) >= 0, links.numberOf(other) >= 0))
                .toList();
    }

    boolean isNothing() {
        return pieces().isEmpty();
    }

    /** Everything there is of it. */
    List<String> pieces() {
        List<String> pieces = new ArrayList<>();
        hostLinks().forEach(link -> pieces.add("link " + link));
        if (host.hasNamespace(links.id())) {
            pieces.add("namespace " + links.id());
        }
        for (String family : List.of("netdev", "inet")) {
            if (host.hasTable(family, links.id())) {
                pieces.add("table %s %s".formatted(family, links.id()));
            }
        }
        for (ProcessTable.Entry process : names.running(links.id())) {
            pieces.add("process %d (dnsmasq)".formatted(process.id()));
        }
        if (Files.exists(names.folderOf(links.id()))) {
            pieces.add("folder " + names.folderOf(links.id()));
        }
        return pieces;
    }
}
