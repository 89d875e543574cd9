package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.recovery.ProductionNetworks;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.vault.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which networks recovered machines get. Mixed into commands. */
final class RescueNetworkOptions {

    private static final Pattern NETWORK = Pattern.compile("([^=@]+)=([0-9./]+)(?:@([0-9.]+))?");
    private static final Pattern BRIDGE = Pattern.compile("([^=]+)=([^=]+)");
    private static final Pattern PORT =
            Pattern.compile("(?:([0-9.]+):)?(\\d{1,5})=([^:=/]+):(\\d{1,5})(?:/(tcp|udp))?");

    @Option(
            names = "--network",
            paramLabel = "HOME=SUBNET[@GATEWAY]",
            description = "Make a network in place of HOME, what the machines were plugged into at home, such as"
                    + " br0=10.30.0.0/24. Machines keep the host part of their addresses. Its router has the first"
                    + " address, if nothing else is said.")
    private List<String> networks = List.of();

    @Option(
            names = "--forward",
            paramLabel = "MODE",
            description = "What leads out of networks that are made: nat, routed or isolated (default: nat, and"
                    + " isolated in a test, out of which nothing leads).")
    private @Nullable String forward;

    @Option(
            names = "--bridge",
            paramLabel = "HOME=BRIDGE",
            description = "Plug what was in HOME into a bridge that this host has.")
    private List<String> bridges = List.of();

    @Option(
            names = "--publish",
            paramLabel = "[ADDRESS:]PORT=MACHINE:PORT[/udp]",
            description = "Let a port of this host lead to a machine, once all machines are ready.")
    private List<String> ports = List.of();

    /** The networks that were named. */
    List<RecoveryOrder.Network> networks() {
        return networks(mode(forward == null ? ForwardMode.NAT.code() : forward));
    }

    /**
     * The networks of a test: those that were named, and for all others at home those of production.
     *
     * @param machines of the point that are started
     */
    List<RecoveryOrder.Network> ofATest(Point point, List<String> machines) {
        if (forward != null && mode(forward) != ForwardMode.ISOLATED) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "Nothing leads out of a test; --forward %s would.".formatted(forward));
        }
        List<RecoveryOrder.Network> all = new ArrayList<>(networks(ForwardMode.ISOLATED));
        Set<String> named = new HashSet<>(bridges().keySet());
        all.forEach(network -> named.addAll(network.home()));
        all.addAll(ProductionNetworks.of(point, machines, named));
        return all;
    }

    private List<RecoveryOrder.Network> networks(ForwardMode mode) {
        List<RecoveryOrder.Network> read = new ArrayList<>();
        for (String text : networks) {
            Matcher parts = match(NETWORK, text, "--network", "br0=10.30.0.0/24 or br0=10.30.0.0/24@10.30.0.254");
            read.add(new RecoveryOrder.Network(
                    new Label(parts.group(1)),
                    List.of(parts.group(1)),
                    Subnet.of(parts.group(2)),
                    Optional.ofNullable(parts.group(3)).map(Ipv4Address::of),
                    mode));
        }
        return read;
    }

    private static ForwardMode mode(String text) {
        return Arrays.stream(ForwardMode.values())
                .filter(mode -> mode.code().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> wrong("--forward", text, "nat, routed or isolated"));
    }

    Map<String, String> bridges() {
        Map<String, String> read = new LinkedHashMap<>();
        for (String text : bridges) {
            Matcher parts = match(BRIDGE, text, "--bridge", "br0=virbr1");
            read.put(parts.group(1), parts.group(2));
        }
        return read;
    }

    List<RecoveryOrder.Port> ports() {
        List<RecoveryOrder.Port> read = new ArrayList<>();
        for (String text : ports) {
            Matcher parts = match(PORT, text, "--publish", "80=web:8080 or 203.0.113.7:53=dns:53/udp");
            read.add(new RecoveryOrder.Port(
                    "udp".equals(parts.group(5)) ? Protocol.UDP : Protocol.TCP,
                    Optional.ofNullable(parts.group(1)).map(Ipv4Address::of).orElse(Ipv4Address.ANY),
                    Integer.parseInt(parts.group(2)),
                    parts.group(3),
                    Integer.parseInt(parts.group(4))));
        }
        return read;
    }

    private static Matcher match(Pattern pattern, String text, String option, String example) {
        Matcher parts = pattern.matcher(text);
        if (!parts.matches()) {
            throw wrong(option, text, "like " + example);
        }
        return parts;
    }

    private static LifeboatException wrong(String option, String text, String allowed) {
        return new LifeboatException(
                ErrorCode.CLI_WRONG_USAGE, "%s takes what is %s; \"%s\" is not.".formatted(option, allowed, text));
    }
}
