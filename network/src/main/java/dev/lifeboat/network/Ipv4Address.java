package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 address.
 *
 * @param bits its 32 bits, in network order
 */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {

    /** In a published port: every address of the host. */
    public static final Ipv4Address ANY = new Ipv4Address(0);

    private static final int OCTETS = 4;
    private static final int MOST_IN_AN_OCTET = 255;
    private static final Pattern TEXT =
            Pattern.compile("(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})");

    /**
     * Reads four decimal numbers with dots between.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE}
     */
    public static Ipv4Address of(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw unreadable(text);
        }
        int bits = 0;
        for (int octet = 1; octet <= OCTETS; octet++) {
            int value = Integer.parseInt(matcher.group(octet));
            if (value > MOST_IN_AN_OCTET) {
                throw unreadable(text);
            }
            bits = bits << Byte.SIZE | value;
        }
        return new Ipv4Address(bits);
    }

    private static LifeboatException unreadable(String text) {
        return new LifeboatException(
                ErrorCode.NET_UNREADABLE, "`%s` is no IPv4 address, such as 10.1.0.5.".formatted(text));
    }

    /** The address so many further. */
    public Ipv4Address plus(int count) {
        return new Ipv4Address(bits + count);
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return "%d.%d.%d.%d".formatted(bits >>> 24, bits >>> 16 & 0xff, bits >>> 8 & 0xff, bits & 0xff);
    }
}
