package dev.lifeboat.network.linux;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmMark;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The making of one realm, a step after the other, each of which may be the last: what has been done is found by who
 * comes next. The order is such that nothing leads anywhere before the rules are there, and the mark comes first. Used
 * by one thread, for one realm.
 */
final class RealmMaking {

    private final Realm realm;
    private final RealmLinks links;
    private final RealmView before;
    private final HostPrograms programs;
    private final HostPrograms inRouter;
    private final Optional<Transit> transit;

    /**
     * @param before what is there
     * @param taken subnets that the way to the host must not have
     */
    RealmMaking(Realm realm, RealmView before, HostPrograms programs, List<Subnet> taken) {
        this.realm = realm;
        this.links = new RealmLinks(realm.id());
        this.before = before;
        this.programs = programs;
        this.inRouter = LinuxNetworks.inRouter(programs, links);
        this.transit = realm.leadsOut() ? Optional.of(way(taken)) : Optional.empty();
    }

    private Transit way(List<Subnet> taken) {
        List<Subnet> all = new ArrayList<>(taken);
        realm.networks().forEach(network -> all.add(network.subnet()));
        return before.transit()
                .or(() -> Transit.free(realm.id(), all))
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.NET_NOT_MADE,
                        "There are no free addresses for the way from %s to this host.".formatted(realm.name())));
    }

    void run(NameService names, Forwarding forwarding) throws InterruptedException {
        RealmMark mark = RealmMark.of(realm);
        Step.run(programs.program("nft", "-f", "-").reading(HostFirewall.marked(links, mark)));
        makeRouter();
        for (int number = 0; number < realm.networks().size(); number++) {
            makeBridge(number);
        }
        Step.run(programs.program("nft", "-f", "-")
                .reading(hostFirewall(before.published()).text()));
        Step.run(inRouter.program("nft", "-f", "-")
                .reading(routerFirewall(before.published()).text()));
        boolean linksAreNew = false;
        for (int number = 0; number < realm.networks().size(); number++) {
            linksAreNew |= plugRouterInto(number);
        }
        if (transit.isPresent()) {
            makeWayOut(transit.get());
            forwarding.ensure();
        }
        names.ensure(realm, linksAreNew, inRouter);
    }

    HostFirewall hostFirewall(Published published) {
        return new HostFirewall(links, RealmMark.of(realm), transit, subnets(), realm.resolvers(), published);
    }

    RouterFirewall routerFirewall(Published published) {
        List<ForwardMode> forward =
                realm.networks().stream().map(RecoveryNetwork::forward).toList();
        return new RouterFirewall(links, forward, subnets(), transit, published);
    }

    private List<Subnet> subnets() {
        return realm.networks().stream().map(RecoveryNetwork::subnet).toList();
    }

    private void makeRouter() throws InterruptedException {
        String name = links.id().text();
        if (!before.namespaceWorks()) {
            // There may be a file without a namespace behind it.
            programs.program("ip", "netns", "delete", name).run();
            Step.run(programs.program("ip", "netns", "add", name));
        }
        Step.run(inRouter.program("sh", "-c", """
            ip link set lo up
            echo 1 >/proc/sys/net/ipv4/ip_forward
            for each in all default; do
                off=/proc/sys/net/ipv6/conf/$each/disable_ipv6
                ! [ -e "$off" ] || echo 1 >"$off"
            done
            """));
    }

    /** It stays down until the host is deaf on it. */
    private void makeBridge(int number) throws InterruptedException {
        String bridge = links.bridge(number);
        if (!before.hostHas(bridge)) {
            Step.run(programs.program("ip", "link", "add", "name", bridge, "type", "bridge")
                    .with("stp_state", "0", "forward_delay", "0", "mcast_snooping", "0"));
        }
        RecoveryNetwork network = realm.networks().get(number);
        Step.run(programs.program("ip", "link", "set", "dev", bridge, "alias")
                .with("lifeboat %s network %s %s"
                        .formatted(
                                realm.name(), network.name(), network.forward().code())));
        withoutIpv6(bridge);
    }

    /** @return whether the link is new */
    private boolean plugRouterInto(int number) throws InterruptedException {
        String port = links.port(number);
        String lan = links.lan(number);
        boolean isThere = before.namespaceWorks() && before.hostHas(port) && before.routerHas(lan);
        if (!isThere) {
            // One end alone is what a lost namespace leaves for a moment.
            programs.program("ip", "link", "delete", "dev", port).run();
            Step.run(programs.program("ip", "link", "add", "name", port, "type", "veth")
                    .with("peer", "name", lan, "netns", links.id().text()));
        }
        label(port);
        withoutIpv6(port);
        RecoveryNetwork network = realm.networks().get(number);
        Step.run(inRouter("address", "replace", network.subnet().withPrefix(network.gateway()), "dev", lan));
        Step.run(inRouter("link", "set", "dev", lan, "up"));
        Step.run(programs.program("ip", "link", "set", "dev", port, "master", links.bridge(number), "up"));
        Step.run(programs.program("ip", "link", "set", "dev", links.bridge(number), "up"));
        return !isThere;
    }

    private void makeWayOut(Transit way) throws InterruptedException {
        String uplink = links.uplink();
        String inside = RealmLinks.ROUTER_UPLINK;
        if (!before.namespaceWorks() || !before.hostHas(uplink) || !before.routerHas(inside)) {
            programs.program("ip", "link", "delete", "dev", uplink).run();
            Step.run(programs.program("ip", "link", "add", "name", uplink, "type", "veth")
                    .with("peer", "name", inside, "netns", links.id().text()));
        }
        label(uplink);
        withoutIpv6(uplink);
        Step.run(programs.program("ip", "address", "replace", way.subnet().withPrefix(way.host()))
                .with("dev", uplink));
        Step.run(programs.program("ip", "link", "set", "dev", uplink, "up"));
        Step.run(inRouter("address", "replace", way.subnet().withPrefix(way.router()), "dev", inside));
        Step.run(inRouter("link", "set", "dev", inside, "up"));
        Step.run(inRouter("route", "replace", "default", "via", way.host().toString()));
        for (RecoveryNetwork network : realm.networks()) {
            if (network.forward() == ForwardMode.ROUTED) {
                Step.run(programs.program(
                                "ip", "route", "replace", network.subnet().toString())
                        .with("via", way.router().toString(), "dev", uplink));
            }
        }
    }

    private void label(String link) throws InterruptedException {
        Step.run(programs.program("ip", "link", "set", "dev", link, "alias", "lifeboat " + realm.name()));
    }

    private dev.lifeboat.host.Program inRouter(String... arguments) {
        return programs.program("ip", "-netns", links.id().text()).with(arguments);
    }

    /** A link that is up would otherwise give itself an address. */
    private void withoutIpv6(String link) throws InterruptedException {
        Step.run(programs.program(
                "sh",
                "-c",
                "off=/proc/sys/net/ipv6/conf/$0/disable_ipv6; ! [ -e \"$off\" ] || echo 1 >\"$off\"",
                link));
    }
}
