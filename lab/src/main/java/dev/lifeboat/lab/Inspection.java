package dev.lifeboat.lab;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at a lab from outside: its containers, its libvirts, its leases, its machines' answers. Changes nothing. */
final class Inspection {

    private final LabName name;
    private final LabFolder folder;
    private final Containers containers;
    private final Wiring wiring;
    private final Answers answers;
    private final Timekeeper time;

    Inspection(LabName name, LabFolder folder, Containers containers, Wiring wiring, Answers answers, Timekeeper time) {
        this.name = name;
        this.folder = folder;
        this.containers = containers;
        this.wiring = wiring;
        this.answers = answers;
        this.time = time;
    }

    LabStatus status(List<Machine> machines) throws InterruptedException {
        Map<LabHost, Map<String, String>> hosts = machinesOfHosts();
        List<LabStatus.Site> sites = new ArrayList<>();
        for (Place site : Place.SITES) {
            sites.add(new LabStatus.Site(
                    site.toString(),
                    containers.ofSite(site).stream().anyMatch(Container::isUp),
                    site.publicAddress(),
                    site.hosts().stream()
                            .map(host -> new LabStatus.Host(
                                    host.toString(),
                                    hosts.containsKey(host),
                                    host.address(),
                                    new Libvirt(folder, host, time).uri()))
                            .toList()));
        }
        return new LabStatus(
                name.value(),
                sites,
                link(),
                guests(machines, hosts),
                machines.containsAll(Machine.SHOP) ? answers.shop() : null,
                machines.contains(Machine.SCRIBE) ? answers.scribe() : null);
    }

    /** The machines of each host whose libvirt answers. A host may lose its power while it is asked. */
    private Map<LabHost, Map<String, String>> machinesOfHosts() throws InterruptedException {
        Map<LabHost, Map<String, String>> answers = new EnumMap<>(LabHost.class);
        for (LabHost host : LabHost.values()) {
            Libvirt libvirt = new Libvirt(folder, host, time);
            try {
                if (containers.of(host).isUp() && libvirt.answers()) {
                    answers.put(host, libvirt.machines());
                }
            } catch (LifeboatException e) {
                answers.remove(host);
            }
        }
        return answers;
    }

    private LabStatus.Link link() throws InterruptedException {
        for (Place site : Place.SITES) {
            if (!containers.of(site).isUp()) {
                return LabStatus.Link.NONE;
            }
        }
        try {
            return wiring.sitesAreLinked() ? LabStatus.Link.UP : LabStatus.Link.CUT;
        } catch (LifeboatException e) {
            return LabStatus.Link.NONE;
        }
    }

    /** The machines where they run; those at home that do not run, too. */
    private List<LabStatus.Guest> guests(List<Machine> machines, Map<LabHost, Map<String, String>> hosts) {
        List<LabStatus.Guest> guests = new ArrayList<>();
        hosts.forEach((host, states) -> states.forEach((machine, state) ->
                guests.add(new LabStatus.Guest(machine, host.toString(), state, address(host.site(), machine)))));
        for (Machine machine : machines) {
            if (!hosts.containsKey(machine.home())) {
                guests.add(
                        new LabStatus.Guest(machine.toString(), machine.home().toString(), "host off", null));
            }
        }
        return guests;
    }

    /** A line of dnsmasq's leases: end of the lease, hardware address, address, host name, client id. */
    private @Nullable String address(Place site, String machine) {
        Path leases = folder.ofPlace(site).resolve("dnsmasq.leases");
        try {
            return Files.readAllLines(leases).stream()
                    .map(line -> line.split(" "))
                    .filter(fields -> fields.length >= 4 && fields[3].equals(machine))
                    .map(fields -> fields[2])
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }
}
