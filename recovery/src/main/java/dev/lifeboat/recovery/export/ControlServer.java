package dev.lifeboat.recovery.export;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The export's end of {@link Control}. Few are answered at once; more wait to be accepted. */
final class ControlServer implements AutoCloseable {

    /** One agent, and a person who looks. */
    private static final int MOST_CONNECTIONS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Path socket;
    private final ServerSocketChannel listening;
    private final Supplier<ExportStatus> status;
    private final BooleanSupplier store;
    private final BootTraceRecorder trace;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

    private ControlServer(
            Path socket,
            ServerSocketChannel listening,
            Supplier<ExportStatus> status,
            BooleanSupplier store,
            BootTraceRecorder trace) {
        this.socket = socket;
        this.listening = listening;
        this.status = status;
        this.store = store;
        this.trace = trace;
    }

    /**
     * Listens at a socket whose folder is closed to strangers, and which is not there yet.
     *
     * @param store whether the store answers when it is asked; tells in bounded time
     */
    static ControlServer open(
            Path socket, Supplier<ExportStatus> status, BooleanSupplier store, BootTraceRecorder trace)
            throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        ControlServer server = new ControlServer(socket, listening, status, store, trace);
        Thread.ofVirtual().name("control").start(server::serve);
        return server;
    }

    private void serve() {
        while (listening.isOpen()) {
            places.acquireUninterruptibly();
            try {
                SocketChannel asking = listening.accept();
                Thread.ofVirtual().name("control-answer").start(() -> answer(asking));
            } catch (IOException e) {
                places.release();
                LOG.debug("The control socket was closed", e);
            }
        }
    }

    private void answer(SocketChannel asking) {
        try (asking) {
            String text = String.join("\n", lines(question(asking))) + "\n" + Control.END + "\n";
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                asking.write(bytes);
            }
        } catch (IOException e) {
            LOG.debug("Who asked is gone", e);
        } finally {
            places.release();
        }
    }

    private static String question(SocketChannel asking) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Control.LONGEST_QUESTION);
        while (bytes.hasRemaining() && asking.read(bytes) >= 0) {
            if (bytes.position() > 0 && bytes.get(bytes.position() - 1) == '\n') {
                break;
            }
        }
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
    }

    private List<String> lines(String question) {
        return switch (question) {
            case Control.STATUS -> status.get().lines();
            case Control.TRACE ->
                List.of(Base64.getEncoder().encodeToString(trace.trace().encode()));
            case Control.BOOTED -> {
                trace.finish();
                yield List.of();
            }
            case Control.STORE -> List.of(Control.ANSWERS + store.getAsBoolean());
            default -> List.of(Control.REFUSED + "this export does not know the question");
        };
    }

    @Override
    public void close() throws IOException {
        listening.close();
        Files.deleteIfExists(socket);
    }
}
