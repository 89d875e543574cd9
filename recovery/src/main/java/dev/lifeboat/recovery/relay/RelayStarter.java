package dev.lifeboat.recovery.relay;

import dev.lifeboat.host.DetachedProcess;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.StaleSocket;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.export.Account;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts relays and finds them again. A relay is nbdkit with its retry filter, a process of its own for each machine,
 * under QEMU's account; it has no key and keeps nothing. A read that fails is asked for again, once a second, over a
 * new connection if the old one is gone:
 *
 * <ul>
 *   <li>An export that is gone is waited for {@value #RETRIES} s.
 *   <li>One whose store does not answer takes 5 s for the first error and 1 s for each further one, thus 5 +
 *       {@value #RETRIES} × (1 + 1) = 25 s.
 * </ul>
 *
 * Both stay below the 30 s after which SATA and SCSI drivers in guests take a disk for broken. Whoever runs the guest
 * has QEMU pause it at the error that follows ({@code error_policy='stop' rerror_policy='stop'}): its clock stands
 * still then, and no time limit of its own runs out. Every later read tries again from the start.
 */
public final class RelayStarter {

    static final int RETRIES = 10;

    private static final int RETRY_DELAY_SECONDS = 1;

    /** As many requests as QEMU has under way on a disk or two; more wait in QEMU. */
    private static final int THREADS = 32;

    private static final String SOCKET = "nbd.sock";
    private static final String LOG = "relay.log";
    private static final String FOLDER_PERMISSIONS = "rwx------";

    /** It loads two small libraries. */
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final Optional<Account> account;
    private final Timekeeper time;

    /** @param account that QEMU runs under; empty for this process's own */
    public RelayStarter(Optional<Account> account, Timekeeper time) {
        this.account = account;
        this.time = time;
    }

    /**
     * Starts a relay of all disks of a machine, or finds the one that runs.
     *
     * @param export the export's socket, which the account may connect to
     * @param folder where the relay's own socket is to be, made for the account when it is not there; its parent is
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_RELAY_NOT_STARTED}
     */
    public RunningRelay start(String machine, Path export, Path folder) throws InterruptedException {
        Optional<RunningRelay> there = find(machine, export, folder);
        if (there.isPresent() && there.get().accepts()) {
            return there.get();
        }
        Path socket = folder.resolve(SOCKET);
        Path log = folder.resolveSibling(LOG);
        try {
            make(folder);
            StaleSocket.remove(socket);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_RELAY_NOT_STARTED, "%s: %s".formatted(folder, e.getMessage()), e);
        }
        DetachedProcess process = process(machine, export, socket);
        process.startOrphaned(log);
        RunningRelay relay = new RunningRelay(socket, process, time);
        boolean ready = false;
        try {
            // Whether it still runs is not asked meanwhile: a process that becomes another program has no arguments for
            // a moment, and would be taken for one that has ended.
            ready = time.await(START_LIMIT, INTERVAL, relay::accepts);
        } finally {
            if (!ready) {
                boolean _ = process.end(time);
            }
        }
        if (!ready) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_RELAY_NOT_STARTED,
                    "The relay of machine %s at %s did not start: %s".formatted(machine, socket, lastWords(log)));
        }
        return relay;
    }

    /** The relay that has its socket in the folder; empty when there is none. */
    public Optional<RunningRelay> find(String machine, Path export, Path folder) {
        Path socket = folder.resolve(SOCKET);
        DetachedProcess process = process(machine, export, socket);
        return process.running().map(_ -> new RunningRelay(socket, process, time));
    }

    private DetachedProcess process(String machine, Path export, Path socket) {
        List<String> command = new ArrayList<>();
        account.ifPresent(one -> command.addAll(List.of(
                "setpriv",
                "--reuid=" + one.user(),
                "--regid=" + one.group(),
                "--init-groups",
                "--inh-caps=-all",
                "--no-new-privs",
                "--")));
        String own = "--unix=" + socket;
        command.addAll(List.of(
                "nbdkit",
                "--foreground",
                "--readonly",
                "--threads=" + THREADS,
                own,
                "--filter=retry",
                "nbd",
                "socket=" + export,
                // One relay for all disks: the name that the guest's side asks for is passed on.
                "dynamic-export=true",
                "retries=" + RETRIES,
                "retry-delay=" + RETRY_DELAY_SECONDS,
                "retry-exponential=no"));
        return new DetachedProcess("relay-" + machine, own, command);
    }

    private void make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FOLDER_PERMISSIONS)));
        }
        if (account.isPresent()) {
            UserPrincipalLookupService names = folder.getFileSystem().getUserPrincipalLookupService();
            PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
            view.setOwner(names.lookupPrincipalByName(account.get().user()));
            view.setGroup(names.lookupPrincipalByGroupName(account.get().group()));
        }
    }

    static boolean accepts(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    private static String lastWords(Path log) {
        try {
            String text = ProgramRun.lastLines(Files.readString(log));
            return text.isEmpty() ? "it said nothing" : text;
        } catch (IOException e) {
            return "what it said cannot be read: " + e.getMessage();
        }
    }
}
