package dev.lifeboat.network;

/**
 * Something that does not go together, found before anything was changed.
 *
 * @param kind which of the known ways
 * @param text a sentence that names both sides
 */
public record Clash(Kind kind, String text) {

    /** The known ways in which networks, addresses and ports do not go together. */
    public enum Kind {
        /** A realm has no network, or more than {@link Realm#MOST_NETWORKS}. */
        NETWORK_COUNT,
        /** Two networks of a realm have the same name. */
        NETWORK_TWICE,
        /** A subnet is too large or too small to give addresses of. */
        SUBNET_SIZE,
        /** Two networks of a realm share addresses. */
        SUBNETS_OVERLAP,
        /** This host has addresses or routes of the subnet already. */
        SUBNET_OF_THE_HOST,
        /** Another recovery on this host has addresses of the subnet. */
        SUBNET_OF_ANOTHER_REALM,
        /** The gateway is no address for a router of this subnet. */
        GATEWAY_UNFIT,
        /** An address is not in the subnet of its network. */
        ADDRESS_OUTSIDE,
        /** An address is the network's own, its broadcast address, or the gateway's. */
        ADDRESS_RESERVED,
        /** Two cards are to have one address. */
        ADDRESS_TWICE,
        /** One card is named twice. */
        CARD_TWICE,
        /** The network of a card is mapped to none, or to one that is not defined. */
        NOT_MAPPED,
        /** A card is to keep its host part, and its address at home is not known. */
        ADDRESS_UNKNOWN,
        /** The host part of an address at home has no room in the new subnet. */
        HOST_PART_TOO_LARGE,
        /** One name is to have two addresses. */
        NAME_TWICE,
        /** The name of the realm is in use on this host for something else. */
        REALM_TAKEN,
        /** Two published ports want the same port of the host. */
        PORT_TWICE,
        /** A port of the host is in use: by a program of the host, or by another realm. */
        PORT_TAKEN,
        /** The address to publish at is not one of this host's that others can reach. */
        NOT_AN_ADDRESS_OF_THE_HOST,
        /** The machine to be reached is in none of the realm's networks. */
        NO_SUCH_MACHINE,
        /** The machine to be reached is in a network that cannot be opened in this way. */
        NOT_OPENABLE
    }

    @Override
    public String toString() {
        return text;
    }
}
