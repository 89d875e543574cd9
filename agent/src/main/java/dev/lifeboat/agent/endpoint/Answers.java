package dev.lifeboat.agent.endpoint;

import dev.lifeboat.agent.endpoint.AgentHealth.Status;
import dev.lifeboat.agent.endpoint.RecoveryStatus.Task;
import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.task.HomeRequest;
import dev.lifeboat.recovery.task.RecoveryRequest;
import dev.lifeboat.recovery.task.RecoveryTask;
import dev.lifeboat.recovery.task.RecoveryTasks;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Replication;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** What an agent answers. Safe for use by several threads. */
public final class Answers {

    private static final String JSON = "application/json";
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final String host;
    private final String version;
    private final Replication replication;
    private final BooleanSupplier guard;
    private final RecoveryTasks recoveries;
    private final AgentMetrics metrics;
    private final Timekeeper time;

    /**
     * The answers.
     *
     * @param host the agent's name for its host
     * @param version of the agent
     * @param guard whether there is a guard, where one is needed
     * @param recoveries of this host
     */
    public Answers(
            String host,
            String version,
            Replication replication,
            BooleanSupplier guard,
            RecoveryTasks recoveries,
            AgentMetrics metrics,
            Timekeeper time) {
        this.host = host;
        this.version = version;
        this.replication = replication;
        this.guard = guard;
        this.recoveries = recoveries;
        this.metrics = metrics;
        this.time = time;
    }

    /** An HTTP answer. */
    record Answer(int status, String type, String body) {}

    /** What {@code /recoveries} answers: null inside where none are made. */
    record Recoveries(@Nullable RecoveryStatus recovery) {}

    /** A failure, as it goes over the wire. */
    record Failure(String code, String message) {}

    /**
     * Answers.
     *
     * @param body what came with it; the caller erases it
     */
    Answer to(Asked asked, byte[] body) throws InterruptedException {
        try {
            return switch (asked) {
                case Asked.ForHealth _ -> health();
                case Asked.ForMetrics _ -> new Answer(HttpStatus.OK_200, METRICS, metrics());
                case Asked.ForStatus _ -> json(HttpStatus.OK_200, status());
                case Asked.ToRelease(String machine) -> {
                    replication.release(machine);
                    yield json(HttpStatus.OK_200, status());
                }
                case Asked.ToResume(String machine) -> {
                    replication.resume(machine);
                    yield json(HttpStatus.OK_200, status());
                }
                case Asked.ForRecoveries _ -> json(HttpStatus.OK_200, new Recoveries(RecoveryStatus.of(recoveries)));
                case Asked.ForRecovery(String name) -> json(HttpStatus.OK_200, Task.of(known(name)));
                case Asked.ToRecover _ -> {
                    RecoveryRequest request = RecoveryRequest.decode(body);
                    yield json(HttpStatus.ACCEPTED_202, Task.of(recoveries.start(request.order(), request.access())));
                }
                case Asked.ToBringHome _ -> {
                    HomeRequest request = HomeRequest.decode(body);
                    yield json(
                            HttpStatus.ACCEPTED_202, Task.of(recoveries.bringHome(request.order(), request.access())));
                }
                case Asked.ToEnd(String name) -> json(HttpStatus.ACCEPTED_202, Task.of(recoveries.end(name)));
            };
        } catch (LifeboatException e) {
            return failure(e);
        }
    }

    private RecoveryTask known(String name) {
        return recoveries
                .task(name)
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.AGENT_TASK_UNKNOWN, "The agent has no task for a recovery %s.".formatted(name)));
    }

    private AgentStatus status() {
        return new AgentStatus(
                host,
                version,
                time.instant(),
                guard.getAsBoolean(),
                replication.reports().stream().map(AgentStatus.Group::of).toList(),
                RecoveryStatus.of(recoveries));
    }

    /** A load balancer or a monitor looks at the number alone. */
    private Answer health() {
        AgentHealth health = AgentHealth.of(replication.reports(), guard.getAsBoolean(), recoveries.standing());
        return json(health.status() == Status.FAILING ? HttpStatus.SERVICE_UNAVAILABLE_503 : HttpStatus.OK_200, health);
    }

    private String metrics() {
        List<GroupReport> reports = replication.reports();
        return metrics.scrape(reports, guard.getAsBoolean());
    }

    static Answer failure(LifeboatException e) {
        int status = switch (e.code().outcome()) {
            case WRONG_USAGE -> HttpStatus.BAD_REQUEST_400;
            case NOT_FOUND -> HttpStatus.NOT_FOUND_404;
            case REFUSED, NEEDS_A_PERSON -> HttpStatus.CONFLICT_409;
            case DONE, FAILED, PARTLY_DONE, INTERRUPTED -> HttpStatus.INTERNAL_SERVER_ERROR_500;
        };
        return json(status, new Failure(e.code().code(), String.valueOf(e.getMessage())));
    }

    private static Answer json(int status, Object content) {
        return new Answer(status, JSON, Document.of(content, OutputFormat.json));
    }
}
