package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine as libvirt has it, for the time of one call of the port. For use by one thread. */
final class Domain implements AutoCloseable {

    static final int XML_SECURE = 1;
    static final int XML_INACTIVE = 2;

    private static final int CHECKPOINTS_TOPOLOGICAL = 2;
    private static final int CHECKPOINT_XML_NO_DOMAIN = 2;

    static final int CHECKPOINT_DELETE_METADATA_ONLY = 2;

    static final int CHECKPOINT_REDEFINE = 1;
    static final int CHECKPOINT_REDEFINE_VALIDATE = 4;

    private static final int STATS_BLOCK = 1 << 5;
    private static final int STATS_BACKING = 1 << 30;

    private final LibvirtLibrary library;
    private final MemorySegment connection;
    private final MemorySegment pointer;

    Domain(LibvirtLibrary library, MemorySegment connection, MemorySegment pointer) {
        this.library = library;
        this.connection = connection;
        this.pointer = pointer;
    }

    static Domain lookUp(LibvirtLibrary library, MemorySegment connection, MachineId machine) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment uuid = arena.allocate(16);
            ValueLayout.OfLong bigEndian = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
            uuid.set(bigEndian, 0, machine.uuid().getMostSignificantBits());
            uuid.set(bigEndian, Long.BYTES, machine.uuid().getLeastSignificantBits());
            return new Domain(
                    library, connection, library.pointer(LibvirtCall.DOMAIN_LOOKUP_BY_UUID, connection, uuid));
        }
    }

    MachineId id() throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment uuid = arena.allocate(16);
            library.number(LibvirtCall.DOMAIN_GET_UUID, pointer, uuid);
            return LibvirtEvents.machineId(uuid);
        }
    }

    Machine machine() throws LibvirtFailure {
        String name = LibvirtLibrary.textAt(library.pointer(LibvirtCall.DOMAIN_GET_NAME, pointer));
        return new Machine(id(), name, state());
    }

    PowerState state() throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment reason = arena.allocate(ValueLayout.JAVA_INT);
            library.number(LibvirtCall.DOMAIN_GET_STATE, pointer, state, reason, 0);
            return Lifecycle.state(state.get(ValueLayout.JAVA_INT, 0), reason.get(ValueLayout.JAVA_INT, 0));
        }
    }

    /**
     * Refuses a machine that is off.
     *
     * @throws HypervisorException with {@link Kind#WRONG_STATE} when it has no process
     */
    void mustHaveProcess() throws LibvirtFailure, HypervisorException {
        if (state() == PowerState.OFF) {
            throw new HypervisorException(Kind.WRONG_STATE, "the machine is off");
        }
    }

    String xml(int flags) throws LibvirtFailure {
        return library.text(LibvirtCall.DOMAIN_GET_XML_DESC, pointer, flags);
    }

    /** As it is now: of a running machine with the names that QEMU knows its parts by. */
    DomainDefinition definition() throws LibvirtFailure {
        return DomainDefinition.parse(xml(0));
    }

    /** A call that takes the machine and flags alone. */
    void ask(LibvirtCall call, int flags) throws LibvirtFailure {
        library.number(call, pointer, flags);
    }

    /** A call that takes the machine alone. */
    void ask(LibvirtCall call) throws LibvirtFailure {
        library.number(call, pointer);
    }

    /** In bytes, as the guest sees it; 0 where libvirt cannot tell, as of an empty drive. */
    long diskSize(String disk) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capacityAllocationPhysical = arena.allocate(3 * Long.BYTES, Long.BYTES);
            library.number(
                    LibvirtCall.DOMAIN_GET_BLOCK_INFO,
                    pointer,
                    arena.allocateFrom(disk),
                    capacityAllocationPhysical,
                    0);
            return capacityAllocationPhysical.get(ValueLayout.JAVA_LONG, 0);
        } catch (LibvirtFailure e) {
            return 0;
        }
    }

    /** How much memory it may take. */
    long mostMemoryBytes() throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            // struct virDomainInfo: the state, then the most memory in KiB, then counters of no interest.
            MemorySegment info = arena.allocate(5 * Long.BYTES, Long.BYTES);
            library.number(LibvirtCall.DOMAIN_GET_INFO, pointer, info);
            return info.get(ValueLayout.JAVA_LONG, Long.BYTES) << 10;
        }
    }

    /** Whether libvirt starts it by itself when the host comes up. */
    void setAutostart(boolean on) throws LibvirtFailure {
        library.number(LibvirtCall.DOMAIN_SET_AUTOSTART, pointer, on ? 1 : 0);
    }

    /** Whether somebody copies, commits or pulls this disk's image. */
    boolean hasBlockJob(String disk) throws LibvirtFailure {
        return blockJob(disk).isPresent();
    }

    /**
     * A job on a disk's images.
     *
     * @param type virDomainBlockJobType
     * @param done of {@code total}
     */
    record BlockJob(int type, long done, long total) {}

    /** The job under way on a disk's images. */
    Optional<BlockJob> blockJob(String disk) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            // struct _virDomainBlockJobInfo: a type, the bandwidth, done, total.
            MemorySegment job = arena.allocate(4 * Long.BYTES, Long.BYTES);
            int found =
                    library.number(LibvirtCall.DOMAIN_GET_BLOCK_JOB_INFO, pointer, arena.allocateFrom(disk), job, 0);
            return found == 0
                    ? Optional.empty()
                    : Optional.of(new BlockJob(
                            job.get(ValueLayout.JAVA_INT, 0),
                            job.get(ValueLayout.JAVA_LONG, 2 * Long.BYTES),
                            job.get(ValueLayout.JAVA_LONG, 3 * Long.BYTES)));
        }
    }

    void pull(String disk, long bytesPerSecond) throws LibvirtFailure {
        final int bandwidthInBytes = 1 << 6;
        try (Arena arena = Arena.ofConfined()) {
            library.number(
                    LibvirtCall.DOMAIN_BLOCK_PULL, pointer, arena.allocateFrom(disk), bytesPerSecond, bandwidthInBytes);
        }
    }

    /** Commits the image that the guest writes to into the one directly beneath. */
    void commit(String disk) throws LibvirtFailure {
        final int shallow = 1;
        final int active = 1 << 2;
        try (Arena arena = Arena.ofConfined()) {
            library.number(
                    LibvirtCall.DOMAIN_BLOCK_COMMIT,
                    pointer,
                    arena.allocateFrom(disk),
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    0L,
                    shallow | active);
        }
    }

    /** Ends the job on a disk's images, and waits for that. */
    void endBlockJob(String disk, boolean pivot) throws LibvirtFailure {
        final int pivotFlag = 1 << 1;
        try (Arena arena = Arena.ofConfined()) {
            library.number(
                    LibvirtCall.DOMAIN_BLOCK_JOB_ABORT, pointer, arena.allocateFrom(disk), pivot ? pivotFlag : 0);
        }
    }

    /** Whether a job such as a migration, a save or a backup is under way. */
    boolean hasJob() throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            // struct _virDomainJobInfo: the type, then counters of no interest.
            MemorySegment job = arena.allocate(256, Long.BYTES);
            library.number(LibvirtCall.DOMAIN_GET_JOB_INFO, pointer, job);
            int type = job.get(ValueLayout.JAVA_INT, 0);
            final int bounded = 1;
            final int unbounded = 2;
            return type == bounded || type == unbounded;
        }
    }

    /** The backup under way, whoever began it. */
    Optional<String> backup() throws LibvirtFailure {
        try {
            return Optional.of(library.text(LibvirtCall.DOMAIN_BACKUP_GET_XML_DESC, pointer, 0));
        } catch (LibvirtFailure e) {
            // libvirt answers so for a machine that is off, too.
            if (e.code() == LibvirtFailure.NO_DOMAIN_BACKUP || e.code() == LibvirtFailure.OPERATION_INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void beginBackup(String backup, Optional<String> checkpoint) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment checkpointText = checkpoint.map(arena::allocateFrom).orElse(MemorySegment.NULL);
            library.number(LibvirtCall.DOMAIN_BACKUP_BEGIN, pointer, arena.allocateFrom(backup), checkpointText, 0);
        }
    }

    /** Has an event told when this image has been written up to here. */
    void setThreshold(String image, long bytes) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            library.number(LibvirtCall.DOMAIN_SET_BLOCK_THRESHOLD, pointer, arena.allocateFrom(image), bytes, 0);
        }
    }

    /** The descriptions of all checkpoints, parents before their children. */
    List<String> checkpoints() throws LibvirtFailure {
        List<MemorySegment> pointers =
                library.list(LibvirtCall.DOMAIN_LIST_ALL_CHECKPOINTS, pointer, CHECKPOINTS_TOPOLOGICAL);
        try {
            List<String> descriptions = new ArrayList<>();
            for (MemorySegment checkpoint : pointers) {
                descriptions.add(
                        library.text(LibvirtCall.DOMAIN_CHECKPOINT_GET_XML_DESC, checkpoint, CHECKPOINT_XML_NO_DOMAIN));
            }
            return List.copyOf(descriptions);
        } finally {
            pointers.forEach(checkpoint -> library.release(LibvirtCall.DOMAIN_CHECKPOINT_FREE, checkpoint));
        }
    }

    /** Deletes a checkpoint and says whether there was one. */
    boolean deleteCheckpoint(String name, int flags) throws LibvirtFailure {
        MemorySegment checkpoint;
        try (Arena arena = Arena.ofConfined()) {
            checkpoint =
                    library.pointer(LibvirtCall.DOMAIN_CHECKPOINT_LOOKUP_BY_NAME, pointer, arena.allocateFrom(name), 0);
        } catch (LibvirtFailure e) {
            if (e.code() == LibvirtFailure.NO_DOMAIN_CHECKPOINT) {
                return false;
            }
            throw e;
        }
        try {
            library.number(LibvirtCall.DOMAIN_CHECKPOINT_DELETE, checkpoint, flags);
            return true;
        } finally {
            library.release(LibvirtCall.DOMAIN_CHECKPOINT_FREE, checkpoint);
        }
    }

    void createCheckpoint(String description, int flags) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment checkpoint = library.pointer(
                    LibvirtCall.DOMAIN_CHECKPOINT_CREATE_XML, pointer, arena.allocateFrom(description), flags);
            library.release(LibvirtCall.DOMAIN_CHECKPOINT_FREE, checkpoint);
        }
    }

    /** A command of QEMU's monitor (QMP), for which libvirt has no call. */
    String monitor(String command) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(ValueLayout.ADDRESS);
            library.number(LibvirtCall.DOMAIN_QEMU_MONITOR_COMMAND, pointer, arena.allocateFrom(command), answer, 0);
            return library.taken(answer.get(ValueLayout.ADDRESS, 0));
        }
    }

    /** A command of the guest's agent. */
    String agent(String command, int limitSeconds) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            return library.text(
                    LibvirtCall.DOMAIN_QEMU_AGENT_COMMAND, pointer, arena.allocateFrom(command), limitSeconds, 0);
        }
    }

    /**
     * How far each image of the machine's disks has been written, in bytes, by libvirt's name for the image, such as
     * {@code vda[5]}.
     */
    Map<String, Long> allocations() throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment domains = arena.allocate(ValueLayout.ADDRESS, 2);
            domains.setAtIndex(ValueLayout.ADDRESS, 0, pointer);
            MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            int count = library.number(LibvirtCall.DOMAIN_LIST_GET_STATS, domains, STATS_BLOCK, place, STATS_BACKING);
            MemorySegment records = place.get(ValueLayout.ADDRESS, 0);
            try {
                return count == 0 ? Map.of() : imagesOf(TypedParameters.ofFirstRecord(records));
            } finally {
                library.release(LibvirtCall.DOMAIN_STATS_RECORD_LIST_FREE, records);
            }
        }
    }

    private static Map<String, Long> imagesOf(Map<String, Object> stats) {
        Map<String, Long> images = new HashMap<>();
        int blocks = stats.get("block.count") instanceof Number count ? count.intValue() : 0;
        for (int i = 0; i < blocks; i++) {
            String prefix = "block.%d.".formatted(i);
            if (stats.get(prefix + "name") instanceof String disk
                    && stats.get(prefix + "backingIndex") instanceof Number index
                    && stats.get(prefix + "allocation") instanceof Number allocation) {
                images.put("%s[%d]".formatted(disk, index.intValue()), allocation.longValue());
            }
        }
        return Map.copyOf(images);
    }

    /** The addresses that libvirt's own networks have leased, with their prefix lengths, by hardware address. */
    Map<String, List<String>> leases() throws LibvirtFailure {
        final int fromLeases = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            int count = library.number(LibvirtCall.DOMAIN_INTERFACE_ADDRESSES, pointer, place, fromLeases, 0);
            Map<String, List<String>> found = new HashMap<>();
            for (MemorySegment networkInterface : library.pointersAt(place, count)) {
                InterfaceAddresses.read(networkInterface, found);
                library.release(LibvirtCall.DOMAIN_INTERFACE_FREE, networkInterface);
            }
            return Map.copyOf(found);
        }
    }

    /** A picture of the screen, in whatever format QEMU gives. */
    byte[] screen() throws LibvirtFailure {
        MemorySegment stream = library.pointer(LibvirtCall.STREAM_NEW, connection, 0);
        try {
            library.text(LibvirtCall.DOMAIN_SCREENSHOT, pointer, stream, 0, 0);
            return received(stream);
        } finally {
            library.release(LibvirtCall.STREAM_FREE, stream);
        }
    }

    private byte[] received(MemorySegment stream) throws LibvirtFailure {
        final int mostBytes = 64 << 20;
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64 << 10);
            int length;
            while ((length = library.number(LibvirtCall.STREAM_RECV, stream, buffer, buffer.byteSize())) > 0) {
                picture.writeBytes(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                if (picture.size() > mostBytes) {
                    library.release(LibvirtCall.STREAM_ABORT, stream);
                    throw new LibvirtFailure(0, "a picture of more than %d bytes".formatted(mostBytes));
                }
            }
        }
        library.number(LibvirtCall.STREAM_FINISH, stream);
        return picture.toByteArray();
    }

    @Override
    public void close() {
        library.release(LibvirtCall.DOMAIN_FREE, pointer);
    }
}
