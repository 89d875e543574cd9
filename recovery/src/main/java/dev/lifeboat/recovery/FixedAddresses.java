package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.GuestProgram;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.MachineCard.HomeAddress;
import dev.lifeboat.network.Subnet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Changes addresses that were set in guests, which DHCP cannot give them, and sees whether they have changed. For one
 * thread.
 *
 * <p>A guest is changed by a shell that its agent runs ({@code set-address.sh}). One that has no shell, or whose agent
 * may not run programs, is not changed, and that is said.
 */
final class FixedAddresses {

    /** A guest that asks by DHCP may have the address of its last lease for a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The change itself takes less than a second in an emulated guest; files are forced to its disk. */
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(60);

    /** An agent tells a new address at once. */
    private static final Duration SEEN_LIMIT = Duration.ofSeconds(30);

    private final RecoveryHypervisor hypervisor;
    private final Timekeeper time;
    private final Consumer<String> progress;
    private final Map<String, Duration> misplaced = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    FixedAddresses(RecoveryHypervisor hypervisor, Timekeeper time, Consumer<String> progress) {
        this.hypervisor = hypervisor;
        this.time = time;
        this.progress = progress;
    }

    /**
     * A card of a guest and the address that it is to have.
     *
     * @param mac its hardware address
     * @param gateway its router's
     */
    record Card(String mac, Subnet subnet, Ipv4Address gateway, Ipv4Address address) {}

    /** It cannot be changed; the message is a sentence for people. */
    static final class Unchangeable extends Exception {

        private static final long serialVersionUID = 1L;

        Unchangeable(String message) {
            super(message);
        }
    }

    /**
     * Looks at the addresses of a guest, and changes those that are of no network here.
     *
     * @return whether none is, as far as the guest tells
     * @throws Unchangeable when one is and stays
     */
    boolean settle(String machine, MachineId id, List<Card> cards) throws HypervisorException, Unchangeable {
        Map<String, List<String>> told = hypervisor.addresses(id);
        boolean all = true;
        for (Card card : cards) {
            List<HomeAddress> has = ofNetworks(told.getOrDefault(card.mac(), List.of()));
            if (has.isEmpty() || has.stream().anyMatch(one -> card.subnet().contains(one.address()))) {
                misplaced.remove(card.mac());
                continue;
            }
            all = false;
            Duration since = time.elapsed().minus(misplaced.computeIfAbsent(card.mac(), _ -> time.elapsed()));
            if (changed.contains(card.mac())) {
                if (since.compareTo(SEEN_LIMIT) > 0) {
                    throw new Unchangeable("It still has the address %s, though it was changed to %s."
                            .formatted(text(has.getFirst()), card.address()));
                }
            } else if (since.compareTo(PATIENCE) >= 0) {
                change(machine, id, card, has.getFirst());
            }
        }
        return all;
    }

    /** Those by which others may reach a guest: IPv4, and neither its own (RFC 1122) nor of its link (RFC 3927). */
    static List<HomeAddress> ofNetworks(List<String> addresses) {
        return addresses.stream()
                .filter(text -> text.contains("/") && !text.contains(":"))
                .filter(text -> !text.startsWith("127.") && !text.startsWith("169.254."))
                .sorted()
                .map(HomeAddress::of)
                .toList();
    }

    private static String text(HomeAddress address) {
        return "%s/%d".formatted(address.address(), address.prefix());
    }

    private void change(String machine, MachineId id, Card card, HomeAddress old)
            throws HypervisorException, Unchangeable {
        String wanted = "%s/%d".formatted(card.address(), card.subnet().prefix());
        GuestProgram program = new GuestProgram(
                "/bin/sh",
                "-c",
                script(),
                "set-address.sh",
                card.mac(),
                old.address().toString(),
                Integer.toString(old.prefix()),
                card.address().toString(),
                Integer.toString(card.subnet().prefix()),
                card.gateway().toString());
        GuestProgram.Outcome outcome;
        try {
            outcome = hypervisor.run(id, program, CHANGE_LIMIT);
        } catch (HypervisorException e) {
            switch (e.kind()) {
                case UNSUPPORTED, FAILED ->
                    throw new Unchangeable(unchanged(old, wanted, String.valueOf(e.getMessage())));
                case GUEST_AGENT_SILENT, TIMED_OUT -> {
                    // It may have been done, or may be soon; whoever waits looks again.
                    return;
                }
                default -> throw e;
            }
        }
        if (!outcome.succeeded()) {
            throw new Unchangeable(unchanged(old, wanted, outcome.complaint().strip()));
        }
        changed.add(card.mac());
        misplaced.put(card.mac(), time.elapsed());
        List<String> files = outcome.output().lines().toList();
        progress.accept("%s had the address %s set in itself; it was changed to %s. %s"
                .formatted(
                        machine,
                        text(old),
                        wanted,
                        files.isEmpty()
                                ? "No file was found that has it: when the guest is started again it has the old one."
                                : "It was changed in " + String.join(", ", files) + " too."));
    }

    private static String unchanged(HomeAddress old, String wanted, String why) {
        return "It has the address %s set in itself, and could not be given %s: %s. It runs on; change it in the guest."
                .formatted(text(old), wanted, why);
    }

    private static String script() {
        try (InputStream script = Objects.requireNonNull(FixedAddresses.class.getResourceAsStream("set-address.sh"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
