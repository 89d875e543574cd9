package dev.lifeboat.lab;

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
        Map<LabHost, Libvirt> libvirts = libvirtsThatAnswer();
        List<LabStatus.Site> sites = new ArrayList<>();
        for (Place site : Place.SITES) {
            sites.add(new LabStatus.Site(
                    site.toString(),
                    containers.of(site).isUp(),
                    site.publicAddress(),
                    site.hosts().stream()
                            .map(host -> new LabStatus.Host(
                                    host.toString(),
                                    libvirts.containsKey(host),
                                    host.address(),
                                    new Libvirt(folder, host, time).uri()))
                            .toList()));
        }
        return new LabStatus(
                name.value(),
                sites,
                link(),
                guests(machines, libvirts),
                machines.containsAll(Machine.SHOP) ? answers.shop() : null,
                machines.contains(Machine.SCRIBE) ? answers.scribe() : null);
    }

    private Map<LabHost, Libvirt> libvirtsThatAnswer() throws InterruptedException {
        Map<LabHost, Libvirt> answering = new EnumMap<>(LabHost.class);
        for (LabHost host : LabHost.values()) {
            Libvirt libvirt = new Libvirt(folder, host, time);
            if (containers.of(host).isUp() && libvirt.answers()) {
                answering.put(host, libvirt);
            }
        }
        return answering;
    }

    private LabStatus.Link link() throws InterruptedException {
        for (Place site : Place.SITES) {
            if (!containers.of(site).isUp()) {
                return LabStatus.Link.NONE;
            }
        }
        return wiring.sitesAreLinked() ? LabStatus.Link.UP : LabStatus.Link.CUT;
    }

    /** The machines where they run; those at home that do not run, too. */
    private List<LabStatus.Guest> guests(List<Machine> machines, Map<LabHost, Libvirt> libvirts)
            throws InterruptedException {
        List<LabStatus.Guest> guests = new ArrayList<>();
        for (Map.Entry<LabHost, Libvirt> libvirt : libvirts.entrySet()) {
            LabHost host = libvirt.getKey();
            libvirt.getValue()
                    .machines()
                    .forEach((machine, state) -> guests.add(
                            new LabStatus.Guest(machine, host.toString(), state, address(host.site(), machine))));
        }
        for (Machine machine : machines) {
            if (!libvirts.containsKey(machine.home())) {
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
