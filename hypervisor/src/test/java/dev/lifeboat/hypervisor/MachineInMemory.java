package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdExports;
import dev.lifeboat.nbd.NbdServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A machine in memory and its guest, which writes when it is told to. Safe for use by several threads. */
public final class MachineInMemory {

    /** What each takes. */
    static final long MEMORY_BYTES = 1L << 30;

    private static final String MAC = "52:54:00:00:00:01";

    private final HostInMemory host;
    private final MachineId id;
    private final Map<String, String> networks;
    private final Map<String, byte[]> files;
    private final UUID generation;
    private final GuestInMemory guest = new GuestInMemory();
    private Optional<String> owner;
    private String name;
    private PowerState state = PowerState.OFF;
    private final Map<String, DiskInMemory> disks = new LinkedHashMap<>();

    /** The names that the hypervisor knows, the oldest first; disks may know more, as after a rename. */
    private final Map<CheckpointName, Set<String>> checkpoints = new LinkedHashMap<>();

    private final List<View> views = new ArrayList<>();
    private @Nullable View view;
    private boolean foreignCapture;
    private boolean frozen;
    private int starts;
    private long scratchBytes = Long.MAX_VALUE;
    private long toldAt = Long.MAX_VALUE;

    /** A capture: what it shows, and what the guest has overwritten since. */
    public static final class View {
        private final FrozenView shown;
        private final NbdServer server;
        private final Map<String, FrozenExport> exports;
        private final Map<String, BitSet> setAside = new LinkedHashMap<>();
        private final Optional<CheckpointName> created;

        private View(
                FrozenView shown,
                NbdServer server,
                Map<String, FrozenExport> exports,
                Optional<CheckpointName> created) {
            this.shown = shown;
            this.server = server;
            this.exports = exports;
            this.created = created;
        }

        /** The checkpoint that was made with it. */
        public Optional<CheckpointName> created() {
            return created;
        }

        /** One of its disks. */
        public FrozenExport disk(String disk) {
            FrozenExport export = exports.get(disk);
            if (export == null) {
                throw new IllegalArgumentException("the view has no disk " + disk);
            }
            return export;
        }

        /** Its disks. */
        public Map<String, FrozenExport> disks() {
            return Map.copyOf(exports);
        }
    }

    MachineInMemory(HostInMemory host, MachineId id, String name) {
        this(
                host,
                new DefinitionInMemory(id, name, Optional.empty(), id.uuid(), Map.of(), Map.of(MAC, "bridge:br0")),
                Map.of(),
                Map.of("nvram", new byte[] {1, 2, 3}));
    }

    MachineInMemory(
            HostInMemory host,
            DefinitionInMemory definition,
            Map<String, ImageInMemory> images,
            Map<String, byte[]> files) {
        this.host = host;
        this.id = definition.id();
        this.name = definition.name();
        this.owner = definition.owner();
        this.generation = definition.generation();
        this.networks = definition.networks();
        this.files = files;
        images.forEach((disk, image) -> disks.put(disk, new DiskInMemory(disk, image, TrackingKind.PERSISTENT)));
    }

    /** For whom it was placed; empty when it is the host's own. */
    public Optional<String> owner() {
        synchronized (host) {
            return owner;
        }
    }

    void settle() {
        synchronized (host) {
            owner = Optional.empty();
        }
    }

    void keepDisksIn(Map<String, ImageInMemory> images) throws HypervisorException {
        synchronized (host) {
            if (state != PowerState.OFF) {
                throw new HypervisorException(Kind.WRONG_STATE, "the machine is not off");
            }
            for (String disk : images.keySet()) {
                DiskInMemory _ = known(disk);
            }
            images.forEach((disk, image) -> disk(disk).keepIn(image));
        }
    }

    /** What its guest sees as its generation. */
    public UUID generation() {
        return generation;
    }

    /** What its interfaces are plugged into, by hardware address. */
    public Map<String, String> networks() {
        return Map.copyOf(networks);
    }

    /** Its guest's agent. */
    public GuestInMemory guest() {
        return guest;
    }

    /** What the guest reads; a disk that cannot be read stops it. */
    public byte[] read(String disk, int offset, int length) {
        ByteBuffer content = ByteBuffer.allocate(length);
        synchronized (host) {
            try {
                disk(disk).image().read(offset, content);
                return content.array();
            } catch (IOException e) {
                state = PowerState.SUSPENDED_BY_DISK_ERROR;
            }
        }
        host.happened(new HypervisorEvent.DiskError(id, disk));
        return new byte[0];
    }

    DiskChain chain(String disk) throws HypervisorException {
        synchronized (host) {
            mustHaveProcess();
            return known(disk).chain();
        }
    }

    List<DiskRange> ownRanges(String disk) throws HypervisorException {
        synchronized (host) {
            mustHaveProcess();
            return known(disk)
                    .ownRanges()
                    .orElseThrow(
                            () -> new HypervisorException(Kind.UNSUPPORTED, "nothing lies beneath %s".formatted(disk)));
        }
    }

    void beginPull(String disk, long bytesPerSecond) throws HypervisorException {
        synchronized (host) {
            if (isUnderWay(disk, DiskChain.DiskWork.Kind.PULL)) {
                return;
            }
            mustBeFree(disk);
            known(disk).beginPull(bytesPerSecond);
        }
    }

    void beginCommit(String disk, Path beneath) throws HypervisorException {
        synchronized (host) {
            if (isUnderWay(disk, DiskChain.DiskWork.Kind.COMMIT) || isOn(disk, beneath)) {
                return;
            }
            mustBeFree(disk);
            BackingInMemory below = known(disk).image().beneath();
            if (below == null || !below.name().equals(beneath.toString())) {
                throw new HypervisorException(Kind.FAILED, "%s does not lie over %s".formatted(disk, beneath));
            }
            known(disk).beginCommit();
        }
    }

    void finishCommit(String disk, Path beneath) throws HypervisorException {
        synchronized (host) {
            if (isOn(disk, beneath)) {
                return;
            }
            Optional<DiskChain.DiskWork> work = chain(disk).work();
            if (work.isEmpty() || work.get().kind() != DiskChain.DiskWork.Kind.COMMIT) {
                throw new HypervisorException(Kind.WRONG_STATE, "no commit of %s is under way".formatted(disk));
            }
            if (!work.get().ready()) {
                throw new HypervisorException(Kind.BUSY, "the commit of %s has not caught up".formatted(disk));
            }
            known(disk).finishCommit();
        }
    }

    void stopWork(String disk) throws HypervisorException {
        synchronized (host) {
            mustHaveProcess();
            known(disk).stopWork();
        }
    }

    private boolean isUnderWay(String disk, DiskChain.DiskWork.Kind kind) throws HypervisorException {
        return chain(disk).work().filter(work -> work.kind() == kind).isPresent();
    }

    private boolean isOn(String disk, Path image) throws HypervisorException {
        DiskChain chain = chain(disk);
        return chain.work().isEmpty() && chain.images().getFirst().equals(image.toString());
    }

    private void mustBeFree(String disk) throws HypervisorException {
        if (view != null || foreignCapture || known(disk).isWorkedOn()) {
            throw new HypervisorException(Kind.BUSY, "%s is busy".formatted(disk));
        }
    }

    private DiskInMemory known(String disk) throws HypervisorException {
        DiskInMemory found = disks.get(disk);
        if (found == null) {
            throw new HypervisorException(Kind.FAILED, "%s has no disk %s".formatted(name, disk));
        }
        return found;
    }

    public MachineId id() {
        return id;
    }

    public String name() {
        synchronized (host) {
            return name;
        }
    }

    public PowerState state() {
        synchronized (host) {
            return state;
        }
    }

    public boolean frozen() {
        synchronized (host) {
            return frozen;
        }
    }

    /** How often it was started. */
    public int starts() {
        synchronized (host) {
            return starts;
        }
    }

    /** The checkpoints that it has. */
    public List<CheckpointName> checkpointNames() {
        synchronized (host) {
            return List.copyOf(checkpoints.keySet());
        }
    }

    /** All captures until now, the oldest first. */
    public List<View> views() {
        synchronized (host) {
            return List.copyOf(views);
        }
    }

    /** Whether a capture of ours is under way. */
    public boolean captured() {
        synchronized (host) {
            return view != null;
        }
    }

    /** Adds a disk. */
    public void addDisk(String disk, int bytes, TrackingKind kind) {
        synchronized (host) {
            disks.put(disk, new DiskInMemory(disk, bytes, kind));
        }
        host.happened(new HypervisorEvent.Changed(id));
    }

    /** Adds a disk that is on an image of the host, such as one over something else. */
    public void addDisk(String disk, ImageInMemory image) {
        synchronized (host) {
            disks.put(disk, new DiskInMemory(disk, image, TrackingKind.PERSISTENT));
        }
        host.happened(new HypervisorEvent.Changed(id));
    }

    /** Adds a disk that cannot be protected. */
    public void addUncoveredDisk(String disk, String why) {
        synchronized (host) {
            DiskInMemory added = new DiskInMemory(disk, 1 << 16, TrackingKind.WHILE_RUNNING);
            added.exclude(why);
            disks.put(disk, added);
        }
    }

    /** Takes a disk away. */
    public void removeDisk(String disk) {
        synchronized (host) {
            disks.remove(disk);
        }
        host.happened(new HypervisorEvent.Changed(id));
    }

    /** Makes a disk longer or shorter. */
    public void resize(String disk, int bytes) {
        synchronized (host) {
            disk(disk).resize(bytes);
        }
        host.happened(new HypervisorEvent.Changed(id));
    }

    /** Gives it another name, whereby the hypervisor forgets its checkpoints and its disks do not. */
    public void rename(String to) {
        synchronized (host) {
            name = to;
            checkpoints.clear();
        }
        host.happened(new HypervisorEvent.Changed(id));
    }

    /** The hypervisor forgets its checkpoints; its disks do not. */
    public void forgetCheckpoints() {
        synchronized (host) {
            checkpoints.clear();
        }
    }

    /** Another tool makes a checkpoint of one disk. */
    public void addForeignCheckpoint(CheckpointName checkpoint, String disk) {
        synchronized (host) {
            checkpoints.put(checkpoint, Set.of(disk));
            disk(disk).begin(checkpoint);
        }
    }

    /** Another tool begins a capture, or ends it. */
    public void captureByOthers(boolean underWay) {
        synchronized (host) {
            foreignCapture = underWay;
        }
    }

    /** So much may be set aside while a capture is under way; a guest that overwrites more stands still. */
    public void scratch(long bytes) {
        synchronized (host) {
            scratchBytes = bytes;
        }
    }

    /** Another tool removes the tracking of a disk. */
    public void forgetTracking(String disk) {
        synchronized (host) {
            disk(disk).forgetTracking();
        }
    }

    /** The content of a disk now. */
    public byte[] content(String disk) {
        synchronized (host) {
            return disk(disk).content().clone();
        }
    }

    /**
     * The guest writes.
     *
     * @return whether it could: not when it stands still, or when its file systems are held
     */
    public boolean write(String disk, int offset, byte[] bytes) {
        boolean full;
        boolean told;
        synchronized (host) {
            if (state != PowerState.RUNNING || frozen) {
                return false;
            }
            long before = scratchUsed().getOrDefault(disk, 0L);
            full = !setAside(disk, offset, bytes.length);
            told = before < toldAt && scratchUsed().getOrDefault(disk, 0L) >= toldAt;
            if (full) {
                state = PowerState.SUSPENDED_BY_DISK_ERROR;
            } else {
                disk(disk).write(offset, bytes);
            }
        }
        if (told) {
            host.happened(new HypervisorEvent.ScratchFull(id, disk));
        }
        if (full) {
            host.happened(new HypervisorEvent.DiskError(id, disk));
        }
        return !full;
    }

    /** The guest writes so many pieces of 4 KiB, where and what follows from the seed. */
    public void write(String disk, long seed, int pieces) {
        Random random = new Random(seed);
        byte[] piece = new byte[4096];
        int places = content(disk).length / piece.length;
        for (int i = 0; i < pieces; i++) {
            random.nextBytes(piece);
            boolean _ = write(disk, random.nextInt(places) * piece.length, piece);
        }
    }

    Map<String, Long> scratchUsed() {
        synchronized (host) {
            Map<String, Long> used = new LinkedHashMap<>();
            View open = view;
            if (open != null) {
                open.exports.keySet().forEach(disk -> {
                    BitSet clusters = open.setAside.getOrDefault(disk, new BitSet());
                    used.put(disk, (long) clusters.cardinality() * DiskInMemory.CLUSTER_BYTES);
                });
            }
            return used;
        }
    }

    private boolean setAside(String disk, int offset, int length) {
        View open = view;
        if (open == null || !open.exports.containsKey(disk)) {
            return true;
        }
        BitSet aside = open.setAside.computeIfAbsent(disk, _ -> new BitSet());
        BitSet more = (BitSet) aside.clone();
        more.set(offset / DiskInMemory.CLUSTER_BYTES, (offset + length - 1) / DiskInMemory.CLUSTER_BYTES + 1);
        if ((long) more.cardinality() * DiskInMemory.CLUSTER_BYTES > scratchBytes) {
            return false;
        }
        aside.or(more);
        return true;
    }

    /** Somebody starts it. */
    public void start() {
        start(false);
    }

    void start(boolean suspended) {
        synchronized (host) {
            if (state != PowerState.OFF) {
                return;
            }
            starts++;
            disks.values().forEach(DiskInMemory::flush);
            state = suspended ? PowerState.SUSPENDED : PowerState.RUNNING;
        }
        host.happened(new HypervisorEvent.Started(id));
    }

    /** It ends in order. */
    public void stop() {
        end(false);
    }

    /** Its process is killed. */
    public void kill() {
        end(true);
    }

    private void end(boolean killed) {
        synchronized (host) {
            if (state == PowerState.OFF) {
                return;
            }
            closeView();
            state = PowerState.OFF;
            frozen = false;
            disks.values().forEach(killed ? DiskInMemory::killed : DiskInMemory::stopped);
        }
        host.happened(new HypervisorEvent.Stopped(id, killed));
    }

    /** Its owner, or a hypervisor's tool, holds it. */
    public void suspend() {
        turn(Set.of(PowerState.RUNNING), PowerState.SUSPENDED);
    }

    /** Lets it go on. */
    public void resume() {
        turn(Set.of(PowerState.SUSPENDED, PowerState.SUSPENDED_BY_DISK_ERROR), PowerState.RUNNING);
    }

    private void turn(Set<PowerState> from, PowerState next) {
        synchronized (host) {
            if (!from.contains(state)) {
                return;
            }
            state = next;
            if (next == PowerState.SUSPENDED) {
                disks.values().forEach(DiskInMemory::flush);
            }
        }
        host.happened(new HypervisorEvent.SuspensionChanged(id, next == PowerState.SUSPENDED));
    }

    /**
     * Refuses what a machine that is off cannot do.
     *
     * @throws HypervisorException with {@link Kind#WRONG_STATE}
     */
    void mustHaveProcess() throws HypervisorException {
        synchronized (host) {
            if (state == PowerState.OFF) {
                throw new HypervisorException(Kind.WRONG_STATE, name + " is off");
            }
        }
    }

    /** Refuses what only a machine without a process and without somebody else's checkpoints can do. */
    void mustBeForgettable() throws HypervisorException {
        synchronized (host) {
            if (state != PowerState.OFF || checkpoints.keySet().stream().anyMatch(checkpoint -> !checkpoint.isOurs())) {
                throw new HypervisorException(Kind.WRONG_STATE, name + " cannot be undefined now");
            }
        }
    }

    int freeze() {
        synchronized (host) {
            frozen = true;
            return disks.size();
        }
    }

    void thaw() {
        synchronized (host) {
            frozen = false;
        }
    }

    Machine listed() {
        synchronized (host) {
            return new Machine(id, name, state);
        }
    }

    MachineDescription describe() {
        synchronized (host) {
            return new MachineDescription(
                    listed(),
                    "host",
                    "memory",
                    new DefinitionInMemory(id, name, owner, generation, Map.of(), networks).write(),
                    disks.values().stream().map(DiskInMemory::describe).toList(),
                    networks.entrySet().stream()
                            .map(card -> new NetworkInterface(
                                    card.getKey(),
                                    card.getValue(),
                                    "virtio",
                                    guest.addresses().getOrDefault(card.getKey(), List.of())))
                            .toList(),
                    files,
                    List.of());
        }
    }

    List<CheckpointState> checkpoints() {
        synchronized (host) {
            return checkpoints.keySet().stream()
                    .filter(CheckpointName::isOurs)
                    .map(this::checkpoint)
                    .toList();
        }
    }

    private CheckpointState checkpoint(CheckpointName checkpoint) {
        Map<String, CheckpointState.Tracking> tracking = new LinkedHashMap<>();
        for (String each : checkpoints.getOrDefault(checkpoint, Set.of())) {
            DiskInMemory disk = disks.get(each);
            if (disk == null) {
                tracking.put(each, CheckpointState.Tracking.MISSING);
            } else if (state == PowerState.OFF) {
                tracking.put(each, CheckpointState.Tracking.UNKNOWN);
            } else {
                tracking.put(each, disk.tracking(checkpoint));
            }
        }
        return new CheckpointState(checkpoint, tracking);
    }

    void drop(CheckpointName checkpoint) throws HypervisorException {
        synchronized (host) {
            if (!checkpoints.containsKey(checkpoint)) {
                return;
            }
            if (state == PowerState.OFF && disks.values().stream().anyMatch(disk -> disk.has(checkpoint))) {
                throw new HypervisorException(Kind.WRONG_STATE, name + " is off");
            }
            checkpoints.remove(checkpoint);
            disks.values().forEach(disk -> disk.drop(checkpoint));
        }
    }

    boolean readopt(CheckpointName checkpoint, Set<String> ofDisks) {
        synchronized (host) {
            if (checkpoints.containsKey(checkpoint)) {
                return true;
            }
            for (String disk : ofDisks) {
                if (!disks.containsKey(disk) || !disk(disk).has(checkpoint)) {
                    return false;
                }
            }
            checkpoints.put(checkpoint, Set.copyOf(ofDisks));
            return true;
        }
    }

    FrozenView begin(CaptureOrder order, Path socket) throws HypervisorException {
        synchronized (host) {
            requireReady(order);
            Map<String, FrozenExport> exports = new LinkedHashMap<>();
            List<FrozenView.FrozenDisk> shown = new ArrayList<>();
            for (String each : order.disks()) {
                DiskInMemory disk = disk(each);
                Optional<CheckpointName> since = disk.isTracked() ? order.since(each) : Optional.empty();
                String changes = since.map(name -> "qemu:dirty-bitmap:" + name).orElse(null);
                BitSet dirty = since.map(disk::dirtySince).orElseGet(BitSet::new);
                exports.put(each, new FrozenExport(each, disk.content().clone(), changes, dirty, host::firstRead));
                shown.add(new FrozenView.FrozenDisk(each, each, changes));
            }
            order.create().ifPresent(created -> {
                checkpoints.put(
                        created,
                        order.disks().stream()
                                .filter(each -> disk(each).isTracked())
                                .collect(Collectors.toSet()));
                order.disks().forEach(disk -> disk(disk).begin(created));
            });
            FrozenView frozenView = new FrozenView(id, socket, shown);
            View opened = new View(frozenView, serve(exports, socket), exports, order.create());
            view = opened;
            toldAt = order.scratchBytes();
            views.add(opened);
            return frozenView;
        }
    }

    private void requireReady(CaptureOrder order) throws HypervisorException {
        if (state == PowerState.OFF) {
            throw new HypervisorException(Kind.WRONG_STATE, name + " is off");
        }
        if (view != null || foreignCapture) {
            throw new HypervisorException(Kind.BUSY, "a capture of %s is under way".formatted(name));
        }
        for (String each : order.disks()) {
            if (!disks.containsKey(each)) {
                throw new HypervisorException(Kind.FAILED, "%s has no disk %s".formatted(name, each));
            }
            if (disk(each).isWorkedOn()) {
                throw new HypervisorException(Kind.BUSY, "%s is busy".formatted(each));
            }
            Optional<CheckpointName> since = disk(each).isTracked() ? order.since(each) : Optional.empty();
            if (since.isPresent()
                    && (!checkpoints.containsKey(since.get())
                            || disk(each).tracking(since.get()) != CheckpointState.Tracking.INTACT)) {
                throw new HypervisorException(
                        Kind.TRACKING_LOST, "what changed on %s since %s is not known".formatted(each, since.get()));
            }
        }
        if (order.create().filter(checkpoints::containsKey).isPresent()) {
            throw new HypervisorException(Kind.FAILED, "Bitmap already exists");
        }
    }

    private static NbdServer serve(Map<String, FrozenExport> exports, Path socket) {
        try {
            return NbdServer.of(NbdExports.of(List.copyOf(exports.values())))
                    .listen(NbdAddress.unix(socket))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Hypervisor.RunningCapture> capture() {
        synchronized (host) {
            if (foreignCapture) {
                return Optional.of(new Hypervisor.RunningCapture(Optional.empty(), false));
            }
            return Optional.ofNullable(view)
                    .map(open -> new Hypervisor.RunningCapture(Optional.of(open.shown.socket()), true));
        }
    }

    /** Ends our capture, as the guard does too. */
    public void closeView() {
        View open;
        synchronized (host) {
            open = view;
            view = null;
        }
        if (open != null) {
            open.server.close();
        }
    }

    /** The disk of the capture that begins next, or of the one under way, fails after so many reads. */
    public void failReadsAfter(String disk, int reads) {
        synchronized (host) {
            View open = view;
            if (open != null) {
                open.disk(disk).failAfterReads(reads);
            }
        }
    }

    private DiskInMemory disk(String disk) {
        DiskInMemory found = disks.get(disk);
        if (found == null) {
            throw new IllegalArgumentException("%s has no disk %s".formatted(name, disk));
        }
        return found;
    }
}
