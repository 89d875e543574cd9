package dev.lifeboat.agent.endpoint;

import dev.lifeboat.agent.endpoint.Answers.Failure;
import dev.lifeboat.agent.endpoint.RecoveryStatus.Task;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.task.HomeRequest;
import dev.lifeboat.recovery.task.RecoveryRequest;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Asks the agent at a Unix socket. All failures are ready to be shown to a person. Used by one thread. */
public final class AgentClient implements AutoCloseable {

    /** A release waits for the hypervisor, which has 60 s for each of its few steps. */
    private static final Duration LIMIT = Duration.ofSeconds(140);

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            // An agent that is newer by a little may say more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(AgentClient.class);

    private final HttpClient http = new HttpClient();
    private final Path socket;

    public AgentClient(Path socket) {
        this.socket = socket;
    }

    /** How it stands. */
    public AgentStatus status() throws InterruptedException {
        return ask(HttpMethod.GET, "/status", AgentStatus.class);
    }

    /** Frees a machine of checkpoints and tracking. */
    public AgentStatus release(String machine) throws InterruptedException {
        return ask(HttpMethod.POST, "/machines/%s/release".formatted(machine), AgentStatus.class);
    }

    /** Goes on with a machine that was released. */
    public AgentStatus resume(String machine) throws InterruptedException {
        return ask(HttpMethod.POST, "/machines/%s/resume".formatted(machine), AgentStatus.class);
    }

    /** Has machines started, and does not wait for that. The request is the caller's to close. */
    public Task recover(RecoveryRequest request) throws InterruptedException {
        return give("/recoveries", request.encode());
    }

    /** Has a group brought home, and does not wait for that. The request is the caller's to close. */
    public Task bringHome(HomeRequest request) throws InterruptedException {
        return give("/homecomings", request.encode());
    }

    private Task give(String path, byte[] body) throws InterruptedException {
        try {
            return read(response(HttpMethod.POST, path, Optional.of(body)), path, Task.class);
        } finally {
            RecoveryRequest.erase(body);
        }
    }

    /** Has a recovery ended, and does not wait for that. */
    public Task end(String recovery) throws InterruptedException {
        return ask(HttpMethod.DELETE, "/recoveries/" + recovery, Task.class);
    }

    /** How far the last task of a recovery is. */
    public Task task(String recovery) throws InterruptedException {
        return ask(HttpMethod.GET, "/recoveries/" + recovery, Task.class);
    }

    private <T> T ask(HttpMethod method, String path, Class<T> answer) throws InterruptedException {
        return read(response(method, path, Optional.empty()), path, answer);
    }

    private <T> T read(ContentResponse response, String path, Class<T> answer) {
        try {
            if (HttpStatus.isSuccess(response.getStatus())) {
                return JSON.readValue(response.getContent(), answer);
            }
            Failure failure = JSON.readValue(response.getContent(), Failure.class);
            throw new LifeboatException(code(failure.code()), failure.message());
        } catch (JacksonException e) {
            throw new LifeboatException(
                    ErrorCode.AGENT_ANSWER_UNREADABLE,
                    "What answers at %s answered %s with %d, and not as an agent of this version."
                            .formatted(socket, path, response.getStatus()),
                    e);
        }
    }

    /** The code of a failure that came over the wire. */
    public static ErrorCode code(String code) {
        return Arrays.stream(ErrorCode.values())
                .filter(one -> one.code().equals(code))
                .findFirst()
                .orElse(ErrorCode.AGENT_ANSWER_UNREADABLE);
    }

    private ContentResponse response(HttpMethod method, String path, Optional<byte[]> body)
            throws InterruptedException {
        try {
            http.start();
            Request request = http.newRequest("http://agent" + path)
                    .method(method)
                    .transport(new Transport.TCPUnix(socket))
                    .timeout(LIMIT.toSeconds(), TimeUnit.SECONDS);
            body.ifPresent(bytes -> request.body(new BytesRequestContent(bytes)));
            return request.send();
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new LifeboatException(
                    ErrorCode.AGENT_NOT_RUNNING,
                    "The agent at %s did not answer within %d s.".formatted(socket, LIMIT.toSeconds()),
                    e);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw unreachable(e);
        }
    }

    /** A folder that may not be entered hides whether there is a socket. */
    private LifeboatException unreachable(Throwable cause) {
        boolean denied = cause instanceof AccessDeniedException
                || (cause instanceof ConnectException && Files.exists(socket) && !Files.isWritable(socket))
                || String.valueOf(cause.getMessage()).contains("Permission denied");
        return denied
                ? new LifeboatException(
                        ErrorCode.AGENT_SOCKET_DENIED, "The socket %s may not be used.".formatted(socket), cause)
                : new LifeboatException(
                        ErrorCode.AGENT_NOT_RUNNING, "No agent answers at %s.".formatted(socket), cause);
    }

    @Override
    public void close() {
        try {
            http.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("The client did not stop in order", e);
        }
    }
}
