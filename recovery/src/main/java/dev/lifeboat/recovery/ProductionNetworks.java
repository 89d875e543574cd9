package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.NetworkInterface;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.MachineRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The networks that machines were in at home, as far as their addresses tell, for a test that is to have the same. */
public final class ProductionNetworks {

    private ProductionNetworks() {}

    /**
     * One for each network at home in which an address of a machine is known, with the subnet of that address.
     *
     * @param machines of the point; one that it does not describe is passed over
     * @param others networks at home that are not asked for
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_REFUSED} when addresses in a network at home are of
     *     different subnets; with {@link ErrorCode#NET_UNREADABLE} when an address is none, or a network has a name
     *     that no recovery network can bear
     */
    public static List<RecoveryOrder.Network> of(Point point, List<String> machines, Set<String> others) {
        Map<String, Set<Subnet>> subnets = new TreeMap<>();
        for (String machine : machines) {
            for (NetworkInterface card : cards(point, machine)) {
                NetworkPlan.address(card)
                        .filter(_ -> !others.contains(NetworkPlan.home(card)))
                        .ifPresent(address -> subnets.computeIfAbsent(NetworkPlan.home(card), _ -> new TreeSet<>())
                                .add(Subnet.around(address.address(), address.prefix())));
            }
        }
        return subnets.entrySet().stream()
                .map(home -> network(home.getKey(), home.getValue()))
                .toList();
    }

    private static List<NetworkInterface> cards(Point point, String machine) {
        Optional<MachineRecord> record = point.manifest().machine(machine);
        return record.flatMap(one -> MachineDocument.read(machine, one.description()))
                .map(MachineDocument::description)
                .map(MachineDescription::interfaces)
                .orElse(List.of());
    }

    private static RecoveryOrder.Network network(String home, Set<Subnet> subnets) {
        if (subnets.size() > 1) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_REFUSED,
                    "Nothing was started. In network %s at home the machines had addresses of several subnets, %s: say which it is to have here."
                            .formatted(home, subnets));
        }
        return new RecoveryOrder.Network(
                new Label(home), List.of(home), subnets.iterator().next(), Optional.empty(), ForwardMode.ISOLATED);
    }
}
