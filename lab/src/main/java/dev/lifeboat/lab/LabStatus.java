package dev.lifeboat.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a lab stands, as observed: nothing in here is remembered from earlier.
 *
 * @param link the link between the sites
 * @param shop nothing when the lab has no shop
 * @param scribe nothing when the lab has no scribe
 */
public record LabStatus(
        String name,
        List<Site> sites,
        Link link,
        List<Guest> machines,
        @Nullable Shop shop,
        @Nullable Scribe scribe) {

    /** The state of the link between the sites. */
    public enum Link {
        /** It carries traffic. */
        UP,
        /** Both sites are up, and it carries nothing. */
        CUT,
        /** A site is powered off, so there is none. */
        NONE
    }

    /**
     * A site.
     *
     * @param powered whether it has power
     */
    public record Site(String name, boolean powered, String publicAddress, List<Host> hosts) {}

    /**
     * A hypervisor host.
     *
     * @param libvirt whether its libvirt answers
     * @param uri where libvirt's clients on this computer reach it
     */
    public record Host(String name, boolean libvirt, String address, String uri) {}

    /**
     * A machine.
     *
     * @param state libvirt's word for its state, or {@code host off}
     * @param address the address its site's DHCP server gave it, or nothing when it has none yet
     */
    public record Guest(
            String name,
            String host,
            String state,
            @Nullable String address) {}

    /**
     * The shop as its customers see it.
     *
     * @param orders the orders in the database's book, when it answers
     * @param ledger the orders in the web server's book, when it answers
     */
    public record Shop(
            boolean answers,
            @Nullable Long orders,
            @Nullable Long ledger) {}

    /**
     * The scribe.
     *
     * @param last the number of the newest record it has announced, when it answers
     */
    public record Scribe(boolean answers, @Nullable Long last) {}
}
