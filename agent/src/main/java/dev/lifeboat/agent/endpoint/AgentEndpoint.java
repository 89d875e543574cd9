package dev.lifeboat.agent.endpoint;

import dev.lifeboat.agent.endpoint.Answers.Answer;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.task.RecoveryRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of an agent. What changes something is taken from the Unix socket alone, for which the kernel vouches
 * that root is at the other end; the port answers questions only. Safe for use by several threads.
 */
public final class AgentEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentEndpoint.class);

    /** A monitor and a person or two: more connections at once are served one after the other. */
    private static final int MOST_THREADS = 10;

    private static final int LEAST_THREADS = 2;

    /** Longer than the longest answer, the release of a machine whose hypervisor is slow. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(150);

    /** A clean stop has 10 s for everything. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private static final String LOOPBACK = "127.0.0.1";

    private final Server server;
    private final Path socket;

    private AgentEndpoint(Server server, Path socket) {
        this.server = server;
        this.socket = socket;
    }

    /**
     * Begins to answer.
     *
     * @param socket the Unix socket; one that was left behind is replaced
     * @param port of the loopback interface, if any
     * @throws LifeboatException with {@link ErrorCode#AGENT_ENDPOINT_UNUSABLE}
     */
    public static AgentEndpoint open(Path socket, OptionalInt port, Answers answers) {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
        threads.setName("endpoint");
        threads.setDaemon(true);
        Server server = new Server(threads);
        server.setStopTimeout(STOP_LIMIT.toMillis());
        UnixDomainServerConnector local = new UnixDomainServerConnector(server, 1, 1, http());
        local.setUnixDomainPath(socket);
        local.setIdleTimeout(IDLE_LIMIT.toMillis());
        server.addConnector(local);
        port.ifPresent(number -> server.addConnector(loopback(server, number)));
        server.setHandler(new Answering(local, answers));
        AgentEndpoint endpoint = new AgentEndpoint(server, socket);
        endpoint.start();
        return endpoint;
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        return new HttpConnectionFactory(http);
    }

    private static ServerConnector loopback(Server server, int port) {
        ServerConnector connector = new ServerConnector(server, 1, 1, http());
        connector.setHost(LOOPBACK);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_LIMIT.toMillis());
        return connector;
    }

    private void start() {
        try {
            Path folder = Objects.requireNonNull(socket.getParent());
            if (Files.notExists(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Files.deleteIfExists(socket);
            server.start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (Exception e) {
            close();
            throw new LifeboatException(
                    ErrorCode.AGENT_ENDPOINT_UNUSABLE,
                    "The agent cannot answer at %s: %s".formatted(socket, deepest(e)),
                    e);
        }
    }

    private static String deepest(Throwable failure) {
        Throwable at = failure;
        for (Throwable next = at.getCause(); next != null; next = next.getCause()) {
            at = next;
        }
        return String.valueOf(at.getMessage());
    }

    @Override
    public void close() {
        try {
            server.stop();
            Files.deleteIfExists(socket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("The endpoint did not stop in order: {}", e.toString());
        }
    }

    private static final class Answering extends Handler.Abstract {
        private final Connector local;
        private final Answers answers;

        private Answering(Connector local, Answers answers) {
            this.local = local;
            this.answers = answers;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws InterruptedException {
            Optional<Asked> asked = Asked.of(request.getMethod(), Request.getPathInContext(request));
            boolean byRoot = request.getConnectionMetaData().getConnector().equals(local);
            Answer answer = asked.isEmpty()
                    ? new Answer(HttpStatus.NOT_FOUND_404, "text/plain", "There is nothing here.\n")
                    : asked.get().changes() && !byRoot
                            ? new Answer(HttpStatus.FORBIDDEN_403, "text/plain", "Only over the Unix socket.\n")
                            : answer(asked.get(), request);
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            Content.Sink.write(response, true, answer.body(), callback);
            return true;
        }

        private Answer answer(Asked asked, Request request) throws InterruptedException {
            byte[] body;
            try {
                body = RequestBody.read(request, request.getLength(), asked.mostBytes());
            } catch (LifeboatException e) {
                return Answers.failure(e);
            }
            try {
                return answers.to(asked, body);
            } finally {
                RecoveryRequest.erase(body);
            }
        }
    }
}
