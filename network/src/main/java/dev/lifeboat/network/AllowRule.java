package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who from outside may reach which port of a machine of a {@link ForwardMode#ROUTED} network by its own address.
 *
 * @param protocol of the port
 * @param source who may; {@link Subnet#EVERYWHERE} for all
 * @param machine the machine's address
 * @param port 1 to 65535
 */
public record AllowRule(Protocol protocol, Subnet source, Ipv4Address machine, int port)
        implements Comparable<AllowRule> {

    private static final Pattern TEXT = Pattern.compile("(tcp|udp) ([0-9./]+) to ([0-9.]+):(\\d{1,5})");
    private static final Comparator<AllowRule> ORDER = Comparator.comparing(AllowRule::machine)
            .thenComparingInt(AllowRule::port)
            .thenComparing(AllowRule::protocol)
            .thenComparing(AllowRule::source);

    /** @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE} */
    public AllowRule {
        PublishedPort.requirePort(port);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE}
     */
    public static AllowRule of(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new LifeboatException(
                    ErrorCode.NET_UNREADABLE,
                    "`%s` is no allow rule, such as `tcp 192.0.2.0/24 to 10.1.0.5:80`.".formatted(text));
        }
        return new AllowRule(
                matcher.group(1).equals(Protocol.TCP.code()) ? Protocol.TCP : Protocol.UDP,
                Subnet.of(matcher.group(2)),
                Ipv4Address.of(matcher.group(3)),
                Integer.parseInt(matcher.group(4)));
    }

    @Override
    public int compareTo(AllowRule other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%s %s to %s:%d".formatted(protocol.code(), source, machine, port);
    }
}
