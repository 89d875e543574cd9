package dev.lifeboat.offline;

import dev.lifeboat.cli.DurationConverter;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.Purpose;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that say which machines are brought back, from which point of which vault, into which networks. The same
 * for whoever starts them, this process or an agent. Mixed into commands.
 */
public final class RecoveryOptions {

    @Mixin
    private KeyAccess access = new KeyAccess();

    @Mixin
    private PointChoice choice = new PointChoice();

    @Mixin
    private RescueNetworkOptions networks = new RescueNetworkOptions();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the recovery is called on this host (default: the group's name).")
    private @Nullable String name;

    @Option(
            names = "--test",
            paramLabel = "NAME",
            description = "Start them as a test of this name, in a bubble: beside the originals, with the subnets and"
                    + " addresses of production where --network says nothing else, and with no way out or in. End it"
                    + " like any other recovery.")
    private @Nullable String test;

    @Option(
            names = "--machine",
            paramLabel = "MACHINE",
            description = "Start this machine, in the order in which they are named (default: all of the point, in its"
                    + " order).")
    private List<String> machines = List.of();

    @Option(
            names = "--ready",
            paramLabel = "MACHINE=SIGN",
            description =
                    "By what a machine is taken for ready: guest, when its guest agent answers or an address of it"
                            + " is known (the default); running; or a port at which it accepts connections.")
    private Map<String, String> signs = Map.of();

    @Option(
            names = "--ready-within",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description = "How long a machine may take until it is ready (default: ${DEFAULT-VALUE}).")
    private Duration readyWithin = Duration.ofMinutes(5);

    /** Options of a command. */
    public RecoveryOptions() {}

    /**
     * What was chosen.
     *
     * @param vault opened with the private key
     * @param order to start its machines
     */
    public record Chosen(OpenVault vault, Point point, RecoveryOrder order) {

        /** The keys of the point alone, for who starts the machines elsewhere; to be closed. */
        public PointAccess access() {
            return new PointAccess(vault.url(), vault.sessions().forPoint(vault.vault(), point));
        }
    }

    /**
     * Opens the vault and finds the point.
     *
     * @throws LifeboatException with what is wrong with the options, the key or the vault
     */
    public Chosen open(OfflineContext context) {
        try {
            OpenVault vault = access.openForRecovery(context);
            Point point = choice.in(vault.vault());
            return new Chosen(vault, point, order(point));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private RecoveryOrder order(Point point) {
        String called = name;
        String bubble = test;
        if (bubble != null && called != null) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "--test gives the name already; --name %s is too much.".formatted(called));
        }
        List<String> wanted = machines.isEmpty()
                ? point.machines().stream().map(MachineRecord::name).toList()
                : machines;
        Map<String, String> left = new HashMap<>(signs);
        List<RecoveryOrder.Wanted> all = new ArrayList<>();
        for (String machine : wanted) {
            String sign = left.remove(machine);
            all.add(wanted(machine, sign == null ? "guest" : sign));
        }
        if (!left.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "--ready names %s, which is not started.".formatted(left.keySet()));
        }
        String group = called == null ? point.id().group() : called;
        return new RecoveryOrder(
                bubble == null ? group : bubble,
                bubble == null ? Purpose.UNPLANNED : Purpose.TEST,
                point.id(),
                all,
                bubble == null ? networks.networks() : networks.ofATest(point, wanted),
                networks.bridges(),
                networks.ports(),
                readyWithin);
    }

    private static RecoveryOrder.Wanted wanted(String machine, String sign) {
        return switch (sign) {
            case "guest" -> new RecoveryOrder.Wanted(machine, Sign.GUEST, 0);
            case "running" -> new RecoveryOrder.Wanted(machine, Sign.RUNNING, 0);
            default -> {
                try {
                    yield new RecoveryOrder.Wanted(machine, Sign.PORT, Integer.parseInt(sign));
                } catch (IllegalArgumentException e) {
                    throw new LifeboatException(
                            ErrorCode.CLI_WRONG_USAGE,
                            "--ready takes guest, running or a port; \"%s\" is none of these.".formatted(sign),
                            e);
                }
            }
        };
    }
}
