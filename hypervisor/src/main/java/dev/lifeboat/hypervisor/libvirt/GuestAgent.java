package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.PowerState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The QEMU guest agent inside a machine (https://www.qemu.org/docs/master/interop/qemu-ga-ref.html). */
final class GuestAgent {

    private static final int SHUT_DOWN_BY_AGENT = 2;

    /** libvirt passes on the agent's words for a command that was switched off or that it does not know. */
    private static final Pattern NOT_ALLOWED =
            Pattern.compile("[Cc]ommand( \\S+)? has (been disabled|not been found)|command is not allowed");

    private final Domain domain;
    private final int limitSeconds;

    GuestAgent(Domain domain, Duration limit) {
        this.domain = domain;
        this.limitSeconds = Math.toIntExact(Math.max(1, limit.plusMillis(999).toSeconds()));
    }

    /** Holds the file systems and says how many they are. */
    int freeze() throws LibvirtFailure, HypervisorException {
        return ask("guest-fsfreeze-freeze").asInt(0);
    }

    void thaw() throws LibvirtFailure, HypervisorException {
        ask("guest-fsfreeze-thaw");
    }

    boolean frozen() throws LibvirtFailure, HypervisorException {
        return ask("guest-fsfreeze-status").asString("").equals("frozen");
    }

    /** Addresses with their prefix lengths, by hardware address; of a guest that stands still there are none. */
    Map<String, List<String>> addresses() throws LibvirtFailure, HypervisorException {
        if (domain.state() != PowerState.RUNNING) {
            return Map.of();
        }
        Map<String, List<String>> found = new HashMap<>();
        for (JsonNode card : ask("guest-network-get-interfaces")) {
            List<String> addresses = card.path("ip-addresses")
                    .valueStream()
                    .map(address -> "%s/%d"
                            .formatted(
                                    address.path("ip-address").asString(""),
                                    address.path("prefix").asInt(0)))
                    .toList();
            String mac = card.path("hardware-address").asString("").toLowerCase(Locale.ROOT);
            // A bridge or a VLAN in the guest has the hardware address of its card.
            found.merge(
                    mac,
                    addresses,
                    (one, other) -> Stream.concat(one.stream(), other.stream())
                            .distinct()
                            .toList());
        }
        return Map.copyOf(found);
    }

    /** Says nothing when the guest goes down. */
    void shutDown() throws LibvirtFailure, HypervisorException {
        domain.mustHaveProcess();
        domain.ask(LibvirtCall.DOMAIN_SHUTDOWN_FLAGS, SHUT_DOWN_BY_AGENT);
    }

    /** Answers when the agent does. */
    void ping() throws LibvirtFailure, HypervisorException {
        ask("guest-ping");
    }

    /** A question without arguments. */
    private JsonNode ask(String command) throws LibvirtFailure, HypervisorException {
        return ask(command, Map.of());
    }

    /**
     * A question.
     *
     * @throws HypervisorException with {@link Kind#UNSUPPORTED} when the agent may not do this
     */
    JsonNode ask(String command, Map<String, Object> arguments) throws LibvirtFailure, HypervisorException {
        domain.mustHaveProcess();
        Map<String, Object> question =
                arguments.isEmpty() ? Map.of("execute", command) : Map.of("execute", command, "arguments", arguments);
        try {
            String answer = domain.agent(JsonMapper.shared().writeValueAsString(question), limitSeconds);
            return JsonMapper.shared().readTree(answer).path("return");
        } catch (LibvirtFailure e) {
            String message = String.valueOf(e.getMessage());
            // A machine without the channel has no agent, which is all that matters here.
            if (e.code() == LibvirtFailure.ARGUMENT_UNSUPPORTED || e.code() == LibvirtFailure.CONFIG_UNSUPPORTED) {
                throw new HypervisorException(Kind.GUEST_AGENT_SILENT, message, e);
            }
            if (NOT_ALLOWED.matcher(message).find()) {
                throw new HypervisorException(Kind.UNSUPPORTED, message, e);
            }
            throw e;
        }
    }
}
