package dev.lifeboat.recovery.export;

import dev.lifeboat.host.ProcessSecrecy;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdExport;
import dev.lifeboat.nbd.NbdServer;
import dev.lifeboat.nbd.ServerLimits;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.disk.ReadAhead;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.CachedStore;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.RetryPolicy;
import dev.lifeboat.vault.store.RetryingStore;
import dev.lifeboat.vault.store.TimeLimitedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object graph of an export's process: everything is opened in order, and closed in reverse. It serves from when it
 * was made until it is closed.
 */
final class ServingExport implements AutoCloseable {

    /** What a guest's read waits for a store that does not answer. The relay asks again after that. */
    static final Duration READ_LIMIT = Duration.ofSeconds(5);

    /**
     * The same for every further read while the store is silent. All tries of the relay together shall stay below the
     * 30 s after which drivers in guests give up on a disk.
     */
    static final Duration SILENT_READ_LIMIT = Duration.ofSeconds(1);

    /** What passes within a second is not told to the guest; what does not is asked for again by the relay. */
    private static final RetryPolicy RETRIES = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(400));

    /** A guest has one connection for each disk, through the relay, and a person may look. */
    private static final int MOST_CONNECTIONS = 64;

    private static final ServerLimits LIMITS = new ServerLimits(
            MOST_CONNECTIONS,
            ServerLimits.DEFAULT.handshake(),
            ServerLimits.DEFAULT.stall(),
            ServerLimits.DEFAULT.close(),
            ServerLimits.DEFAULT.requestBytes(),
            ServerLimits.DEFAULT.requests(),
            ServerLimits.DEFAULT.requestBytes(),
            ServerLimits.DEFAULT.requestBytes());

    private static final int AHEAD_THREADS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ServingExport.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final ExportOrder order;
    private final ProcessSecrecy secrecy;
    private final CountingStore counted;
    private final TimeLimitedStore limited;
    private final Demand demand = new Demand();
    private final BootTraceRecorder recorder = new BootTraceRecorder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final TracePrefetch prefetch;
    private final NbdServer server;

    /**
     * Opens the point and begins to serve it.
     *
     * @param order closed with this
     * @param store of the vault
     * @throws LifeboatException when the point cannot be opened or the socket not be made
     */
    ServingExport(
            ExportOrder order,
            ExportFiles files,
            BlobStore store,
            ProcessSecrecy secrecy,
            Timekeeper time,
            RandomGenerator random) {
        this.order = order;
        this.secrecy = secrecy;
        opened.push(order);
        boolean ready = false;
        try {
            counted = new CountingStore(store);
            limited = new TimeLimitedStore(
                    new RetryingStore(counted, RETRIES, time, random), READ_LIMIT, SILENT_READ_LIMIT, time);
            opened.push(limited);
            CachedStore cached = new CachedStore(limited, order.cacheFolder(), order.cacheSize());
            opened.push(cached);
            Vault vault = Vault.open(cached, order.keys().anchor(), SessionKeys.of(order.keys()));
            Point point = vault.point(order.point());
            ExportOrder.requireMachine(point, order.machine());
            MachineRecord machine = point.manifest().machine(order.machine()).orElseThrow();
            requireKeys(point);
            prefetch = prefetch(vault, machine, cached);
            server = server(vault, point, machine, files);
            opened.push(server);
            allow(files.socket());
            opened.push(ControlServer.open(files.control(), this::status, this::storeAnswers, recorder));
            opened.push(prefetch);
            prefetch.start();
            ready = true;
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.NBD_SOCKET_UNUSABLE, "%s: %s".formatted(files.socket(), e.getMessage()), e);
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    /** A key that is missing shows now, and not when the guest wants the block. */
    private void requireKeys(Point point) {
        SessionKeys keys = SessionKeys.of(order.keys());
        point.manifest().sessions().forEach(session -> keys.of(session.session()));
    }

    private TracePrefetch prefetch(Vault vault, MachineRecord machine, CachedStore cached) {
        Map<String, DiskReader> readers = new HashMap<>();
        if (cached.isCaching()) {
            for (DiskRecord disk : machine.disks()) {
                readers.put(disk.name(), vault.reader(disk, ServingExport::refuseAhead, DiskReader.LEAST_KEPT_BLOCKS));
            }
        }
        return new TracePrefetch(order.trace(), readers, demand);
    }

    /** Who goes by a trace does not guess. */
    private static void refuseAhead(Runnable work) {
        throw new RejectedExecutionException("nothing is fetched ahead of " + work);
    }

    private NbdServer server(Vault vault, Point point, MachineRecord machine, ExportFiles files) throws IOException {
        ExecutorService ahead = ReadAhead.threads(AHEAD_THREADS);
        opened.push(ahead::shutdownNow);
        int kept = Math.max(
                DiskReader.LEAST_KEPT_BLOCKS,
                DiskReader.KEPT_BLOCKS / Math.max(1, machine.disks().size()));
        List<NbdExport> disks = new ArrayList<>();
        for (DiskRecord disk : machine.disks()) {
            String description = "%s of machine %s at %s"
                    .formatted(disk.name(), machine.name(), point.manifest().taken());
            ServedDisk served = new ServedDisk(disk.name(), description, vault.reader(disk, ahead, kept));
            disks.add(new ExportedDisk(served, limited, demand, recorder, bytesRead, failures));
        }
        return NbdServer.of(disks.toArray(NbdExport[]::new))
                .listen(NbdAddress.unix(files.socket()))
                .limits(LIMITS)
                .start();
    }

    /** Lets the account of the order connect beside root. */
    private void allow(Path socket) throws IOException {
        if (order.account().isEmpty()) {
            return;
        }
        Account account = order.account().get();
        UserPrincipalLookupService names = socket.getFileSystem().getUserPrincipalLookupService();
        UserPrincipal user = names.lookupPrincipalByName(account.user());
        GroupPrincipal group = names.lookupPrincipalByGroupName(account.group());
        PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
        view.setOwner(user);
        view.setGroup(group);
    }

    /** Asks the store itself, past what is cached here. It takes no longer than a guest's read. */
    private boolean storeAnswers() {
        try {
            return VaultDescription.isIn(limited);
        } catch (LifeboatException e) {
            return false;
        }
    }

    ExportStatus status() {
        return new ExportStatus(
                order.machine(),
                order.point(),
                ProcessHandle.current().pid(),
                server.connections(),
                bytesRead.sum(),
                counted.snapshot().bytesReceived(),
                failures.sum(),
                limited.isSilent(),
                recorder.isOver(),
                prefetch.pieces(),
                prefetch.done(),
                secrecy.undumpable(),
                secrecy.locked());
    }

    /** Ends everything in reverse order. What fails on the way does not keep the rest from ending. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("Not everything could be ended", e);
            }
        }
    }
}
