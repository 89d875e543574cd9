package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The QEMU guest agent inside a machine (https://www.qemu.org/docs/master/interop/qemu-ga-ref.html). */
final class GuestAgent {

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

    private JsonNode ask(String command) throws LibvirtFailure, HypervisorException {
        domain.mustHaveProcess();
        try {
            String answer = domain.agent("{\"execute\":\"%s\"}".formatted(command), limitSeconds);
            return JsonMapper.shared().readTree(answer).path("return");
        } catch (LibvirtFailure e) {
            // A machine without the channel has no agent, which is all that matters here.
            if (e.code() == LibvirtFailure.ARGUMENT_UNSUPPORTED || e.code() == LibvirtFailure.CONFIG_UNSUPPORTED) {
                throw new HypervisorException(Kind.GUEST_AGENT_SILENT, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }
}
