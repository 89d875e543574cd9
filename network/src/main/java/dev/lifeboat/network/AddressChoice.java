package dev.lifeboat.network;

/** How the address of a network card is found in its new network. */
public sealed interface AddressChoice {

    /**
     * The host part that it has at home, in the new subnet: 10.1.0.5 in 10.1.0.0/24 becomes 10.2.0.5 in 10.2.0.0/24.
     */
    AddressChoice KEEP_HOST_PART = new KeepHostPart();

    /** Any free one, given by DHCP. */
    AddressChoice BY_DHCP = new ByDhcp();

    /** See {@link #KEEP_HOST_PART}. */
    record KeepHostPart() implements AddressChoice {}

    /** This one. */
    record Fixed(Ipv4Address address) implements AddressChoice {}

    /** See {@link #BY_DHCP}. */
    record ByDhcp() implements AddressChoice {}
}
