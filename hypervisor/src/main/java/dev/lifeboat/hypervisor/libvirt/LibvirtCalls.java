package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineId;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * How calls of the port become calls of libvirt: in the lane of what they concern, over a connection of their own,
 * within a limit, with failures in the port's words. Safe for use by several threads.
 */
final class LibvirtCalls implements AutoCloseable {

    /** What the port promises. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Lanes.Lane HOST = new Lanes.Lane("the host");

    private final LibvirtLibrary library;
    private final LibvirtConnection connection;
    private final Lanes lanes = new Lanes();

    LibvirtCalls(LibvirtLibrary library, LibvirtConnection connection) {
        this.library = library;
        this.connection = connection;
    }

    /** Work that concerns a machine. */
    @FunctionalInterface
    interface MachineWork<T> {
        T of(Domain domain) throws HypervisorException, LibvirtFailure, InterruptedException;
    }

    /** Work that concerns the host. */
    @FunctionalInterface
    interface HostWork<T> {
        T of(MemorySegment connection) throws HypervisorException, LibvirtFailure, InterruptedException;
    }

    /** A question to a guest's agent. */
    @FunctionalInterface
    interface AgentWork<T> {
        T of(GuestAgent agent) throws HypervisorException, LibvirtFailure;
    }

    <T> T onHost(HostWork<T> work) throws HypervisorException {
        return call(HOST, LIMIT, work);
    }

    <T> T onMachine(MachineId machine, MachineWork<T> work) throws HypervisorException {
        return onMachine(new Lanes.Lane("machine " + machine), LIMIT, machine, work);
    }

    <T> T withAgent(MachineId machine, Duration limit, AgentWork<T> work) throws HypervisorException {
        try {
            return onMachine(
                    new Lanes.Lane("agent " + machine),
                    limit,
                    machine,
                    domain -> work.of(new GuestAgent(domain, limit)));
        } catch (HypervisorException e) {
            // libvirt waits for the agent in whole seconds, and some more for an agent that has fallen out of step.
            throw e.kind() == Kind.TIMED_OUT
                    ? new HypervisorException(
                            Kind.GUEST_AGENT_SILENT,
                            "the guest's agent did not answer within %d ms".formatted(limit.toMillis()),
                            e)
                    : e;
        }
    }

    <T> T onMachine(Lanes.Lane lane, Duration limit, MachineId machine, MachineWork<T> work)
            throws HypervisorException {
        return call(lane, limit, pointer -> {
            try (Domain domain = Domain.lookUp(library, pointer, machine)) {
                return work.of(domain);
            }
        });
    }

    private <T> T call(Lanes.Lane lane, Duration limit, HostWork<T> work) throws HypervisorException {
        // Asked before anything is queued: without a connection calls fail at once.
        connection.mustBeThere();
        return lanes.call(lane, limit, () -> {
            try (LibvirtConnection.Lease lease = connection.lease()) {
                try {
                    return work.of(lease.pointer());
                } catch (LibvirtFailure e) {
                    throw lease.explain(e);
                }
            }
        });
    }

    @Override
    public void close() {
        lanes.close();
    }
}
