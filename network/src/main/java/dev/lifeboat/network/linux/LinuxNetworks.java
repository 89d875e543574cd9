package dev.lifeboat.network.linux;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.Clash;
import dev.lifeboat.network.Clashes;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Networks;
import dev.lifeboat.network.Openings;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.RealmMark;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.Removal;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.network.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Realms on this host, see the package. The kernel is asked each time; the folder has what dnsmasq needs, a lock, and a
 * note that forwarding was off.
 *
 * <p>A realm's openings and mark are kept by the kernel, as comments in its firewall. What its resolver is told is kept
 * by the folder alone, and a {@link #make} writes it anew.
 */
public final class LinuxNetworks implements Networks {

    /**
     * Where the folder is by default. It is not below {@code /run/lifeboat}, which systemd empties when the agent
     * stops; like what it tells of, it does not survive a restart of the host.
     */
    public static final Path FOLDER = Path.of("/run/lifeboat-networks");

    /** A namespace that somebody looked into at that moment goes a little later. */
    private static final int REMOVAL_ROUNDS = 20;

    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(250);

    private final HostPrograms programs;
    private final NameService names;
    private final Forwarding forwarding;
    private final ChangeLock lock;
    private final Timekeeper time;

    /**
     * @param folder which the host's programs find under the same path
     * @param programs that run in the host's namespaces
     */
    public LinuxNetworks(Path folder, HostPrograms programs, Timekeeper time) {
        this.programs = programs;
        this.names = new NameService(folder, time);
        this.forwarding = new Forwarding(folder, programs);
        this.lock = new ChangeLock(folder, time);
        this.time = time;
    }

    /** Programs in the namespace of a router, without the mounts that {@code ip netns exec} would make. */
    static HostPrograms inRouter(HostPrograms programs, RealmLinks links) {
        return command ->
                programs.program("nsenter", "--net=" + links.namespace(), "--").with(command);
    }

    @Override
    public List<Clash> check(Realm realm, Openings openings) throws InterruptedException {
        Surroundings host = look().around(realm.id());
        List<Clash> clashes = new ArrayList<>(Clashes.of(realm, host));
        clashes.addAll(Clashes.of(realm.id(), realm.networks(), openings, host));
        return clashes;
    }

    @Override
    public RealmState make(Realm realm) throws InterruptedException {
        try (ChangeLock.Held _ = lock.take()) {
            HostView host = look();
            Surroundings surroundings = host.around(realm.id());
            Clashes.refuse(Clashes.of(realm, surroundings));
            List<Subnet> taken = surroundings.subnets().stream()
                    .map(Surroundings.HostSubnet::subnet)
                    .toList();
            new RealmMaking(realm, host.realm(realm.id()), programs, taken).run(names, forwarding);
            RealmState made = look().realm(realm.id()).state();
            if (!made.isWhole() || !made.mark().equals(Optional.of(RealmMark.of(realm)))) {
                throw new LifeboatException(
                        ErrorCode.NET_NOT_MADE,
                        "The networks of %s were made, and then the host showed: %s."
                                .formatted(realm.name(), String.join(", ", made.faults())));
            }
            return made;
        }
    }

    @Override
    public RealmState open(Label realm, Openings openings) throws InterruptedException {
        try (ChangeLock.Held _ = lock.take()) {
            RealmId id = RealmId.of(realm);
            HostView host = look();
            RealmView view = host.realm(id);
            RealmState state = view.state();
            if (!state.isWhole()) {
                throw new LifeboatException(
                        ErrorCode.NET_NOT_FOUND,
                        "%s cannot be opened: %s.".formatted(realm, String.join(", ", state.faults())));
            }
            Clashes.refuse(Clashes.of(id, known(state), openings, host.around(id)));
            change(view, openings);
            RealmState changed = look().realm(id).state();
            if (!changed.openings().equals(openings)) {
                throw new LifeboatException(
                        ErrorCode.NET_NOT_MADE,
                        "%s was opened, and then the host showed other openings: %s."
                                .formatted(realm, changed.openings()));
            }
            return changed;
        }
    }

    /**
     * The host's table is what opens and closes, in one moment; the router knows a port for as long as it is open, and
     * before. A port on the way that was in use is not used for another machine by the same change.
     */
    private void change(RealmView view, Openings openings) throws InterruptedException {
        Published now = view.published();
        Published wanted = now.changedTo(openings);
        if (now.equals(wanted)) {
            return;
        }
        RealmLinks links = new RealmLinks(view.state().id());
        Transit way = view.transit()
                .orElseThrow(() -> new IllegalStateException("what has no way out was found to be openable"));
        HostPrograms router = inRouter(programs, links);
        Step.run(router.program("nft", "-f", "-").reading(RouterFirewall.change(way, now.and(wanted))));
        Step.run(programs.program("nft", "-f", "-").reading(HostFirewall.change(links, way, wanted)));
        Step.run(router.program("nft", "-f", "-").reading(RouterFirewall.change(way, wanted)));
    }

    /** What the router still knows of the ports leads nowhere when the host's table is closed. */
    @Override
    public void close(Label realm) throws InterruptedException {
        try (ChangeLock.Held _ = lock.take()) {
            RealmId id = RealmId.of(realm);
            RealmView view = look().realm(id);
            if (view.published().openings().isEmpty()) {
                return;
            }
            RealmLinks links = new RealmLinks(id);
            // Without rules to add, which are all that takes them, the addresses of the way do not matter.
            Transit way = view.transit().orElse(Transit.around(Ipv4Address.ANY));
            Step.run(programs.program("nft", "-f", "-").reading(HostFirewall.change(links, way, Published.NOTHING)));
            Openings left = look().realm(id).state().openings();
            if (!left.isEmpty()) {
                throw new LifeboatException(
                        ErrorCode.NET_NOT_MADE, "%s was closed, and then the host showed %s.".formatted(realm, left));
            }
        }
    }

    @Override
    public Removal remove(RealmId realm) throws InterruptedException {
        try (ChangeLock.Held _ = lock.take()) {
            HostView host = look();
            RealmView view = host.realm(realm);
            List<String> unplugged = view.plugged();
            List<String> refusals = new ArrayList<>();
            for (int round = 0; round < REMOVAL_ROUNDS && !view.isNothing(); round++) {
                if (round > 0) {
                    time.pause(BETWEEN_ROUNDS);
                }
                refusals.clear();
                remove(host, view, refusals);
                host = look();
                view = host.realm(realm);
            }
            List<String> notes = new ArrayList<>(view.isNothing() ? List.of() : refusals);
            if (!leadsOut(host)) {
                forwarding.letGo().ifPresent(notes::add);
            }
            return new Removal(realm, view.pieces(), unplugged, notes);
        }
    }

    /** The mark goes last, with the folder before it: as long as anything is there, it is known whose it is. */
    private void remove(HostView host, RealmView view, List<String> refusals) throws InterruptedException {
        RealmId id = view.state().id();
        try {
            names.end(id);
        } catch (LifeboatException e) {
            refusals.add(String.valueOf(e.getMessage()));
        }
        for (String link : view.hostLinks()) {
            attempt(programs.program("ip", "link", "delete", "dev", link), refusals);
        }
        if (host.hasNamespace(id)) {
            attempt(programs.program("ip", "netns", "delete", id.text()), refusals);
        }
        if (host.hasTable("inet", id)) {
            attempt(programs.program("nft", "delete", "table", "inet", id.text()), refusals);
        }
        try {
            names.forget(id);
        } catch (LifeboatException e) {
            refusals.add(String.valueOf(e.getMessage()));
        }
        if (refusals.isEmpty() && host.hasTable("netdev", id)) {
            attempt(programs.program("nft", "delete", "table", "netdev", id.text()), refusals);
        }
    }

    private static void attempt(Program step, List<String> refusals) throws InterruptedException {
        ProgramRun run = step.run();
        if (!run.succeeded()) {
            refusals.add(run.complaint());
        }
    }

    /** Whether any realm still has a way out, or has begun to. */
    private static boolean leadsOut(HostView host) {
        return host.realms().stream().anyMatch(id -> host.links().containsKey(new RealmLinks(id).uplink()));
    }

    @Override
    public List<RealmState> observe() throws InterruptedException {
        return look().states();
    }

    private HostView look() throws InterruptedException {
        return HostView.look(programs, names);
    }

    private static List<RecoveryNetwork> known(RealmState state) {
        return state.networks().stream()
                .map(network -> new RecoveryNetwork(
                        network.name(),
                        network.subnet(),
                        network.gateway(),
                        network.forward(),
                        Optional.empty(),
                        List.of(),
                        Collections.emptySortedMap()))
                .toList();
    }
}
