package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.DiskChain;
import dev.lifeboat.hypervisor.DiskFile;
import dev.lifeboat.hypervisor.DiskRange;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.GuestProgram;
import dev.lifeboat.hypervisor.HostRoom;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.ProcessAccount;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.hypervisor.libvirt.adaptation.DefinitionAdapter;
import dev.lifeboat.model.Timekeeper;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The machines of a libvirtd on this host, over its Unix socket. Must run as root, for libvirt's socket and for QEMU's
 * folders. Safe for use by several threads; see the port.
 */
public final class LibvirtHypervisor implements RecoveryHypervisor {

    /** The address of this host's libvirtd. */
    public static final String LOCAL = "qemu:///system";

    /**
     * An agent that can answer does so within milliseconds; where it is asked by the way it is not waited for longer.
     */
    private static final Duration AGENT_PATIENCE = Duration.ofSeconds(2);

    /** An event is told with libvirt's name for a disk rather than late. */
    private static final Duration NAMING_LIMIT = Duration.ofSeconds(2);

    private static final Lanes.Lane NAMING = new Lanes.Lane("events");

    private final LibvirtLibrary library;
    private final LibvirtConnection connection;
    private final LibvirtEvents events;
    private final CaptureFolder folder;
    private final UnaryOperator<Path> hostPaths;
    private final Timekeeper time;
    private final LibvirtCalls calls;

    private LibvirtHypervisor(
            LibvirtLibrary library, String address, Path folder, UnaryOperator<Path> hostPaths, Timekeeper time) {
        this.library = library;
        this.folder = new CaptureFolder(folder, hostPaths);
        this.hostPaths = hostPaths;
        this.time = time;
        this.events = new LibvirtEvents(library, this::named);
        this.connection = new LibvirtConnection(library, address, events, time);
        this.calls = new LibvirtCalls(library, connection);
    }

    /**
     * Begins to connect and waits some seconds for it. When there is no connection by then it is made in the background
     * as soon as there can be one.
     *
     * @param address {@link #LOCAL}, or {@code qemu+unix:///system?socket=PATH}
     * @param folder for the sockets and scratch files of captures, in the words of the host; made when it is not there.
     *     QEMU must be able to reach it, and where AppArmor or SELinux confine QEMU they must allow it
     * @param hostPaths a path in the host's words → where it is found from here: the identity on the host itself
     * @param time for waiting
     * @throws HypervisorException with {@link Kind#UNREACHABLE} when libvirt's library is not installed
     * @throws IllegalArgumentException when sockets in the folder would have too long a path
     */
    public static LibvirtHypervisor open(String address, Path folder, UnaryOperator<Path> hostPaths, Timekeeper time)
            throws HypervisorException {
        LibvirtHypervisor opened = new LibvirtHypervisor(LibvirtLibrary.load(), address, folder, hostPaths, time);
        opened.connection.start();
        return opened;
    }

    @Override
    public String host() {
        return connection.host();
    }

    @Override
    public List<Machine> machines() throws HypervisorException {
        return calls.onHost(pointer -> {
            List<Machine> machines = new ArrayList<>();
            for (MemorySegment domain : library.list(LibvirtCall.CONNECT_LIST_ALL_DOMAINS, pointer, 0)) {
                try (Domain owned = new Domain(library, pointer, domain)) {
                    machines.add(owned.machine());
                } catch (LibvirtFailure e) {
                    // It may have been undefined since the list was made.
                    if (e.code() != LibvirtFailure.NO_DOMAIN) {
                        throw e;
                    }
                }
            }
            machines.sort(Comparator.comparing(Machine::name));
            return List.copyOf(machines);
        });
    }

    @Override
    public MachineDescription describe(MachineId machine) throws HypervisorException {
        Map<String, List<String>> told = addressesToldByAgent(machine);
        return calls.onMachine(
                machine,
                domain -> new Description(domain, connection.host(), new MachineFiles(hostPaths), told).make());
    }

    /** None when nobody tells: addresses are good to know, and a silent agent is no reason to know nothing. */
    private Map<String, List<String>> addressesToldByAgent(MachineId machine) {
        try {
            return calls.withAgent(machine, AGENT_PATIENCE, GuestAgent::addresses);
        } catch (HypervisorException e) {
            return Map.of();
        }
    }

    @Override
    public FrozenView beginCapture(MachineId machine, CaptureOrder order) throws HypervisorException {
        QemuAccount account = calls.onHost(connection::account);
        return calls.onMachine(machine, domain -> captures(domain, machine).begin(order, account));
    }

    @Override
    public Optional<RunningCapture> capture(MachineId machine) throws HypervisorException {
        return calls.onMachine(machine, domain -> captures(domain, machine).running());
    }

    @Override
    public Map<String, Long> scratchUsed(MachineId machine) throws HypervisorException {
        return calls.onMachine(machine, domain -> captures(domain, machine).scratchUsed());
    }

    @Override
    public void endCapture(MachineId machine) throws HypervisorException {
        calls.onMachine(machine, domain -> {
            captures(domain, machine).end();
            return true;
        });
    }

    private Captures captures(Domain domain, MachineId machine) {
        return new Captures(domain, machine, folder, time);
    }

    @Override
    public List<CheckpointState> checkpoints(MachineId machine) throws HypervisorException {
        return calls.onMachine(machine, domain -> new Checkpoints(domain).ours());
    }

    @Override
    public void dropCheckpoint(MachineId machine, CheckpointName checkpoint) throws HypervisorException {
        mustBeOurs(checkpoint);
        calls.onMachine(machine, domain -> {
            new Checkpoints(domain).drop(checkpoint);
            return true;
        });
    }

    @Override
    public boolean readoptCheckpoint(MachineId machine, CheckpointName checkpoint, Set<String> disks)
            throws HypervisorException {
        mustBeOurs(checkpoint);
        return calls.onMachine(
                machine,
                domain -> new Checkpoints(domain)
                        .readopt(checkpoint, disks, time.instant().getEpochSecond()));
    }

    @Override
    public List<DiskRange> ownRanges(MachineId machine, String disk) throws HypervisorException {
        return calls.onMachine(machine, domain -> new OwnClusters(domain, hostPaths).of(disk));
    }

    private static void mustBeOurs(CheckpointName checkpoint) {
        if (!checkpoint.isOurs()) {
            throw new IllegalArgumentException("checkpoint %s is not ours".formatted(checkpoint));
        }
    }

    @Override
    public void suspend(MachineId machine) throws HypervisorException {
        calls.onMachine(machine, domain -> Power.of(domain).suspend());
    }

    @Override
    public void resume(MachineId machine) throws HypervisorException {
        calls.onMachine(machine, domain -> Power.of(domain).resume());
    }

    @Override
    public void start(MachineId machine, boolean suspended) throws HypervisorException {
        calls.onMachine(machine, domain -> Power.of(domain).start(suspended));
    }

    @Override
    public void shutDown(MachineId machine) throws HypervisorException {
        if (!shutsDownByAgent(machine)) {
            calls.onMachine(machine, domain -> Power.of(domain).pressButton());
        }
    }

    /**
     * libvirt by itself would wait a minute for a silent agent before it presses the button. A guest that takes longer
     * than our patience to go down hears both, which does it no harm.
     */
    private boolean shutsDownByAgent(MachineId machine) {
        try {
            return calls.withAgent(machine, AGENT_PATIENCE, agent -> {
                agent.shutDown();
                return true;
            });
        } catch (HypervisorException e) {
            return false;
        }
    }

    @Override
    public void powerOff(MachineId machine) throws HypervisorException {
        calls.onMachine(machine, domain -> Power.of(domain).powerOff());
    }

    @Override
    public int freeze(MachineId machine, Duration limit) throws HypervisorException {
        return calls.withAgent(machine, limit, GuestAgent::freeze);
    }

    @Override
    public void thaw(MachineId machine, Duration limit) throws HypervisorException {
        calls.withAgent(machine, limit, agent -> {
            agent.thaw();
            return true;
        });
    }

    @Override
    public boolean frozen(MachineId machine, Duration limit) throws HypervisorException {
        return calls.withAgent(machine, limit, GuestAgent::frozen);
    }

    @Override
    public MachineId define(String definition) throws HypervisorException {
        return calls.onHost(pointer -> {
            try (Arena arena = Arena.ofConfined();
                    Domain defined = new Domain(
                            library,
                            pointer,
                            library.pointer(
                                    LibvirtCall.DOMAIN_DEFINE_XML_FLAGS, pointer, arena.allocateFrom(definition), 0))) {
                return defined.id();
            }
        });
    }

    @Override
    public void undefine(MachineId machine) throws HypervisorException {
        calls.onMachine(machine, domain -> Power.of(domain).undefine());
    }

    @Override
    public byte[] screen(MachineId machine) throws HypervisorException {
        return calls.onMachine(machine, domain -> {
            domain.mustHaveProcess();
            return domain.screen();
        });
    }

    @Override
    public AdaptedMachine adapt(MachineDescription description, Adaptation wanted) throws HypervisorException {
        return calls.onHost(
                pointer -> DefinitionAdapter.adapt(description, wanted, new LibvirtOffer(library, pointer, hostPaths)));
    }

    @Override
    public MachineId place(AdaptedMachine machine) throws HypervisorException {
        return calls.onHost(pointer -> placement(pointer).place(machine, connection.account(pointer)));
    }

    @Override
    public Map<MachineId, String> recovered() throws HypervisorException {
        return calls.onHost(pointer -> placement(pointer).recovered());
    }

    @Override
    public void remove(MachineId machine) throws HypervisorException {
        calls.onHost(pointer -> {
            placement(pointer).remove(machine);
            return true;
        });
    }

    @Override
    public void settle(MachineId machine) throws HypervisorException {
        calls.onHost(pointer -> {
            placement(pointer).settle(machine);
            return true;
        });
    }

    @Override
    public void keepDisksIn(MachineId machine, Map<String, DiskFile> files) throws HypervisorException {
        calls.onHost(pointer -> {
            placement(pointer).keepDisksIn(machine, files);
            return true;
        });
    }

    private Placement placement(MemorySegment pointer) {
        return new Placement(library, pointer, new PlacedFiles(hostPaths));
    }

    @Override
    public ProcessAccount account() throws HypervisorException {
        QemuAccount account = calls.onHost(connection::account);
        return new ProcessAccount(account.user(), account.group());
    }

    @Override
    public HostRoom room(Path at) throws HypervisorException {
        return calls.onHost(pointer -> new NodeRoom(library, pointer, hostPaths).at(at));
    }

    @Override
    public boolean guestAnswers(MachineId machine, Duration limit) throws HypervisorException {
        try {
            return calls.withAgent(machine, limit, agent -> {
                agent.ping();
                return true;
            });
        } catch (HypervisorException e) {
            if (e.kind() == Kind.GUEST_AGENT_SILENT || e.kind() == Kind.WRONG_STATE) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Map<String, List<String>> addresses(MachineId machine) throws HypervisorException {
        Map<String, List<String>> known = new HashMap<>(calls.onMachine(machine, Description::leasesOf));
        known.putAll(addressesToldByAgent(machine));
        return Map.copyOf(known);
    }

    @Override
    public GuestProgram.Outcome run(MachineId machine, GuestProgram program, Duration limit)
            throws HypervisorException {
        return new GuestWork(calls, time, machine, limit).run(program);
    }

    @Override
    public void writeGuestFile(MachineId machine, String path, byte[] content, Duration limit)
            throws HypervisorException {
        if (content.length > MOST_GUEST_FILE_BYTES) {
            throw new IllegalArgumentException("a file of %d bytes for a guest".formatted(content.length));
        }
        new GuestWork(calls, time, machine, limit).write(path, content);
    }

    @Override
    public DiskChain diskChain(MachineId machine, String disk) throws HypervisorException {
        return calls.onMachine(machine, domain -> new DiskWorks(domain).chain(disk));
    }

    @Override
    public void beginPull(MachineId machine, String disk, long bytesPerSecond) throws HypervisorException {
        calls.onMachine(machine, domain -> new DiskWorks(domain).beginPull(disk, bytesPerSecond));
    }

    @Override
    public void beginCommit(MachineId machine, String disk, Path beneath) throws HypervisorException {
        calls.onMachine(machine, domain -> new DiskWorks(domain).beginCommit(disk, beneath));
    }

    @Override
    public void finishCommit(MachineId machine, String disk, Path beneath) throws HypervisorException {
        calls.onMachine(machine, domain -> new DiskWorks(domain).finishCommit(disk, beneath));
    }

    @Override
    public void stopDiskWork(MachineId machine, String disk) throws HypervisorException {
        calls.onMachine(machine, domain -> new DiskWorks(domain).stop(disk));
    }

    @Override
    public Watch watch(Consumer<HypervisorEvent> listener) {
        return events.watch(listener);
    }

    @Override
    public void close() {
        calls.close();
        connection.close();
        events.close();
    }

    /** Events of QEMU name a disk by its device; the port names it as its machine does. */
    private HypervisorEvent named(HypervisorEvent event) {
        if (!(event instanceof HypervisorEvent.DiskError error)) {
            return event;
        }
        try {
            return calls.onMachine(
                    NAMING,
                    NAMING_LIMIT,
                    error.machine(),
                    domain -> domain.definition().disks().stream()
                            .filter(disk -> disk.alias().equals(error.disk()))
                            .findFirst()
                            .map(disk -> new HypervisorEvent.DiskError(error.machine(), disk.name()))
                            .orElse(error));
        } catch (HypervisorException e) {
            return error;
        }
    }
}
