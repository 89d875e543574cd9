package dev.lifeboat.lab;

import dev.lifeboat.host.Accelerator;
import dev.lifeboat.host.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Joins the containers of a lab by virtual links and makes the inside of each: addresses, routes, name and address
 * services, libvirt. Every method may be called again at any time and adds only what is missing.
 *
 * <p>A link is born with each end already in its container: nothing of a lab ever appears among the interfaces of the
 * computer around it.
 */
final class Wiring {

    /** Seconds for which a resolver may remember where the shop is. */
    private static final int SHOP_TTL_SECONDS = 10;

    private static final String WAN = "wan";
    private static final String INTERNET = "internet";

    private final LabFolder folder;
    private final Containers containers;

    Wiring(LabFolder folder, Containers containers) {
        this.folder = folder;
        this.containers = containers;
    }

    /** Links everything that has power, then makes the inside of each place. */
    void connect() throws InterruptedException {
        Container world = containers.of(Place.WORLD);
        for (Place site : Place.SITES) {
            link(containers.of(site), INTERNET, world, "to-" + site);
            for (LabHost host : site.hosts()) {
                link(containers.of(host), "uplink", containers.of(site), host.toString());
            }
        }
        link(containers.of(Place.PRIMARY), WAN, containers.of(Place.RECOVERY), WAN);
        for (Place site : Place.SITES) {
            if (containers.of(site).isUp()) {
                furnishSite(site);
            }
        }
        if (world.isUp()) {
            furnishWorld();
        }
    }

    /** Makes the inside of a host, down to a libvirtd that has been told to start. */
    void furnish(LabHost host, Accelerator accelerator) throws InterruptedException {
        containers
                .of(host)
                .enter("sh", "-s")
                .reading(script("host.sh"))
                .withVariable("FOLDER", folder.ofHost(host).toString())
                .withVariable("ADDRESS", host.address())
                .withVariable("ROUTER", host.site().address(1))
                .withVariable("ACCELERATOR", accelerator.word())
                .ask();
    }

    /** Whether the link between the sites carries traffic: both ends exist and both are up. */
    boolean sitesAreLinked() throws InterruptedException {
        for (Place site : Place.SITES) {
            if (!containers.of(site).isUp()
                    || !containers
                            .of(site)
                            .enter("ip", "-brief", "link", "show", "dev", WAN, "up")
                            .run()
                            .output()
                            .contains("LOWER_UP")) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes away the other ends of the links of a site that has lost power. The kernel would do so by itself, but not
     * before it gets round to it.
     */
    void disconnect(Place site) throws InterruptedException {
        unlink(containers.of(Place.WORLD), "to-" + site);
        unlink(containers.of(otherSite(site)), WAN);
    }

    private void link(Container one, String nameInOne, Container other, String nameInOther)
            throws InterruptedException {
        if (!one.isUp() || !other.isUp() || (has(one, nameInOne) && has(other, nameInOther))) {
            return;
        }
        // One end alone is what is left of a link whose other end has lost power.
        unlink(one, nameInOne);
        unlink(other, nameInOther);
        Program.of("ip", "link", "add", "name", nameInOne, "netns", Long.toString(one.processId()))
                .with("type", "veth", "peer", "name", nameInOther, "netns", Long.toString(other.processId()))
                .ask();
    }

    private static boolean has(Container container, String link) throws InterruptedException {
        return container.enter("ip", "link", "show", "dev", link).run().succeeded();
    }

    private static void unlink(Container container, String link) throws InterruptedException {
        if (container.isUp()) {
            // It may be gone already, or go at this moment.
            container.enter("ip", "link", "delete", "dev", link).run();
        }
    }

    private void furnishSite(Place site) throws InterruptedException {
        Place other = otherSite(site);
        containers
                .of(site)
                .enter("sh", "-s")
                .reading(script("site.sh"))
                .withVariable("SITE", site.toString())
                .withVariable("LAN", site.address(1))
                .withVariable("LAN_RANGE", site.address(100) + "," + site.address(199))
                .withVariable(
                        "RESERVATIONS",
                        Arrays.stream(Machine.values())
                                .map(machine -> "%s,%s,%s".formatted(machine, machine.mac(), machine.address(site)))
                                .collect(Collectors.joining(" ")))
                .withVariable("PUBLIC", site.publicAddress())
                .withVariable("PEER", site.internetPeer())
                .withVariable("WAN", site.wanAddress())
                .withVariable("WAN_STATE", folder.isCut() ? "down" : "up")
                .withVariable("WAN_PEER", other.wanAddress())
                .withVariable("REMOTE", other.subnet())
                .withVariable("PUBLISHED", site == Machine.WEB.home().site() ? Machine.WEB.address(site) : "")
                .withVariable(
                        "PORTS", site.hosts().stream().map(LabHost::toString).collect(Collectors.joining(" ")))
                .withVariable("FOLDER", folder.ofPlace(site).toString())
                .ask();
    }

    private void furnishWorld() throws InterruptedException {
        containers
                .of(Place.WORLD)
                .enter("sh", "-s")
                .reading(script("world.sh"))
                .withVariable(
                        "ADDRESSES",
                        String.join(" ", Place.WORLD.publicAddress(), Place.ARBITER_ADDRESS, Place.RESOLVER_ADDRESS))
                .withVariable(
                        "PEERS",
                        Place.SITES.stream()
                                .map(site -> "to-%s=%s".formatted(site, site.internetPeer()))
                                .collect(Collectors.joining(" ")))
                .withVariable("RESOLVER", Place.RESOLVER_ADDRESS)
                .withVariable(
                        "RECORD",
                        "%s,%s,%d".formatted(Place.SHOP_NAME, Place.PRIMARY.publicAddress(), SHOP_TTL_SECONDS))
                .withVariable("FOLDER", folder.ofPlace(Place.WORLD).toString())
                .ask();
    }

    private static Place otherSite(Place site) {
        return site == Place.PRIMARY ? Place.RECOVERY : Place.PRIMARY;
    }

    private static String script(String name) {
        try (InputStream stream =
                Objects.requireNonNull(Wiring.class.getResourceAsStream("/lifeboat-lab/container/" + name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
