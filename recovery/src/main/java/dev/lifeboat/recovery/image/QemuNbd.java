package dev.lifeboat.recovery.image;

import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.nbd.NbdConnections;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * QEMU's own server for one image file, on a socket that nobody else can reach, with connections to it. It ends when
 * this is closed, and when the thread that started it ends, be it because the process was killed: a server left behind
 * would hold its lock on the image, and nobody could go on with it.
 */
public final class QemuNbd implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration START_INTERVAL = Duration.ofMillis(20);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 4;
    private static final int COMPLAINT_BYTES = 4096;

    /** How setpriv(1) ends when it does not find the program. */
    private static final int NOT_FOUND = 127;

    private final PrivateFolder folder;
    private final Process process;
    private final NbdConnections disk;

    private QemuNbd(PrivateFolder folder, Process process, NbdConnections disk) {
        this.folder = folder;
        this.process = process;
        this.disk = disk;
    }

    /** Why it does not serve the image, in its own words. */
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String words) {
            super(words);
        }
    }

    /**
     * Starts it.
     *
     * @param options what {@code qemu-nbd} takes before the file's name
     * @throws Refused when it does not serve the image
     */
    public static QemuNbd serve(Path image, Timekeeper time, String... options) throws Refused, InterruptedException {
        PrivateFolder folder = PrivateFolder.in(Path.of(System.getProperty("java.io.tmpdir")));
        Path socket = folder.path().resolve("nbd");
        Process process = null;
        boolean serves = false;
        try {
            // The file's name is made absolute, since QEMU takes what is before a colon for a protocol.
            process = Program.of("qemu-nbd", "--socket", socket.toString(), "--shared", "0", "--persistent")
                    .with(options)
                    .with(image.toAbsolutePath().toString())
                    .startedBy("setpriv", "--pdeathsig", "KILL")
                    .start();
            QemuNbd server = new QemuNbd(folder, process, connect(process, socket, time));
            serves = true;
            return server;
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.NBD_PEER_FAILED, "qemu-nbd: " + e.getMessage(), e);
        } finally {
            if (!serves) {
                if (process != null) {
                    end(process);
                }
                folder.close();
            }
        }
    }

    private static NbdConnections connect(Process process, Path socket, Timekeeper time)
            throws IOException, Refused, InterruptedException {
        time.await(START_LIMIT, START_INTERVAL, () -> answers(socket) || !process.isAlive());
        if (!process.isAlive()) {
            if (process.exitValue() == NOT_FOUND) {
                throw new LifeboatException(
                        ErrorCode.HOST_PROGRAM_MISSING, "The program `qemu-nbd` could not be started.");
            }
            throw new Refused(words(process));
        }
        return NbdClient.to(new NbdAddress.Unix(socket))
                .context("base:allocation")
                .connect(CONNECTIONS);
    }

    /** The file of the socket is there a moment before somebody listens. */
    private static boolean answers(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String words(Process process) {
        try {
            List<String> lines = new String(
                            process.getErrorStream().readNBytes(COMPLAINT_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.isEmpty() ? "it said nothing" : lines.getLast();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The disk that it serves. */
    public NbdConnections disk() {
        return disk;
    }

    /** Ends it, and with it what it had not written yet becomes durable. */
    @Override
    public void close() {
        disk.close();
        end(process);
        folder.close();
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
