package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of the host that leads to a port of a machine.
 *
 * @param protocol of both ports
 * @param hostAddress an address of the host, or {@link Ipv4Address#ANY}
 * @param hostPort 1 to 65535
 * @param machine the machine's address
 * @param machinePort 1 to 65535
 */
public record PublishedPort(
        Protocol protocol, Ipv4Address hostAddress, int hostPort, Ipv4Address machine, int machinePort)
        implements Comparable<PublishedPort> {

    static final int LAST_PORT = 65_535;

    private static final Pattern TEXT = Pattern.compile("(tcp|udp) ([0-9.]+):(\\d{1,5}) to ([0-9.]+):(\\d{1,5})");
    private static final Comparator<PublishedPort> ORDER = Comparator.comparing(PublishedPort::hostAddress)
            .thenComparingInt(PublishedPort::hostPort)
            .thenComparing(PublishedPort::protocol)
            .thenComparing(PublishedPort::machine)
            .thenComparingInt(PublishedPort::machinePort);

    /** @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE} */
    public PublishedPort {
        requirePort(hostPort);
        requirePort(machinePort);
    }

    static void requirePort(int port) {
        if (port < 1 || port > LAST_PORT) {
            throw new LifeboatException(
                    ErrorCode.NET_UNREADABLE, "%d is no port: it takes 1 to %d.".formatted(port, LAST_PORT));
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE}
     */
    public static PublishedPort of(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new LifeboatException(
                    ErrorCode.NET_UNREADABLE,
                    "`%s` is no published port, such as `tcp 192.0.2.5:80 to 10.1.0.5:8080`.".formatted(text));
        }
        return new PublishedPort(
                matcher.group(1).equals(Protocol.TCP.code()) ? Protocol.TCP : Protocol.UDP,
                Ipv4Address.of(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Ipv4Address.of(matcher.group(4)),
                Integer.parseInt(matcher.group(5)));
    }

    /** Whether both want the same port of the host. */
    public boolean collidesWith(PublishedPort other) {
        return protocol == other.protocol
                && hostPort == other.hostPort
                && (hostAddress.equals(other.hostAddress)
                        || hostAddress.equals(Ipv4Address.ANY)
                        || other.hostAddress.equals(Ipv4Address.ANY));
    }

    @Override
    public int compareTo(PublishedPort other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%s %s:%d to %s:%d".formatted(protocol.code(), hostAddress, hostPort, machine, machinePort);
    }
}
