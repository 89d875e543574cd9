package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;

/**
 * A range of IPv4 addresses that have their first bits in common.
 *
 * @param network its first address
 * @param prefix how many bits they have in common, 0 to 32
 */
public record Subnet(Ipv4Address network, int prefix) implements Comparable<Subnet> {

    /** Every address. */
    public static final Subnet EVERYWHERE = new Subnet(new Ipv4Address(0), 0);

    private static final int BITS = Integer.SIZE;

    /** @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE} when this is not the first address of it */
    public Subnet {
        if (prefix < 0 || prefix > BITS || (network.bits() & ~mask(prefix)) != 0) {
            throw unreadable(network + "/" + prefix);
        }
    }

    /**
     * Reads an address and a prefix length, such as {@code 10.1.0.0/24}.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE}
     */
    public static Subnet of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
            throw unreadable(text);
        }
        return new Subnet(Ipv4Address.of(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** The subnet of this length that an address is in. */
    public static Subnet around(Ipv4Address address, int prefix) {
        return new Subnet(new Ipv4Address(address.bits() & mask(prefix)), prefix);
    }

    private static LifeboatException unreadable(String text) {
        return new LifeboatException(
                ErrorCode.NET_UNREADABLE, "`%s` is no subnet, such as 10.1.0.0/24.".formatted(text));
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }

    /** Its mask as an address, such as 255.255.255.0. */
    public Ipv4Address mask() {
        return new Ipv4Address(mask(prefix));
    }

    /** Its last address. */
    public Ipv4Address broadcast() {
        return new Ipv4Address(network.bits() | ~mask(prefix));
    }

    /** The first address that a machine can have. */
    public Ipv4Address first() {
        return network.plus(1);
    }

    /** The last address that a machine can have. */
    public Ipv4Address last() {
        return broadcast().plus(-1);
    }

    public boolean contains(Ipv4Address address) {
        return (address.bits() & mask(prefix)) == network.bits();
    }

    /** Whether some address is in both. */
    public boolean overlaps(Subnet other) {
        return contains(other.network) || other.contains(network);
    }

    /** Whether a machine can have this address. */
    public boolean canBeAMachines(Ipv4Address address) {
        return contains(address) && !address.equals(network) && !address.equals(broadcast());
    }

    /** The bits of an address by which it differs from others of this subnet. */
    public int hostPart(Ipv4Address address) {
        return address.bits() & ~mask(prefix);
    }

    /** An address of this subnet with a prefix length, as {@code ip} takes it. */
    public String withPrefix(Ipv4Address address) {
        return address + "/" + prefix;
    }

    @Override
    public int compareTo(Subnet other) {
        int byNetwork = network.compareTo(other.network);
        return byNetwork == 0 ? Integer.compare(prefix, other.prefix) : byNetwork;
    }

    @Override
    public String toString() {
        return withPrefix(network);
    }
}
