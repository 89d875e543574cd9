package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.RecoveryStatus.Task;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.PrintWriter;
import java.time.Duration;

/** A task of an agent, as somebody sees it who waits for its end. For one thread. */
final class FollowedTask {

    private static final Duration INTERVAL = Duration.ofMillis(300);

    private final AgentClient agent;
    private final Task given;
    private final Timekeeper time;
    private final PrintWriter progress;
    private long shown;

    /**
     * Nothing is shown yet.
     *
     * @param given as the agent answered when it was given
     * @param progress where what is done is shown
     */
    FollowedTask(AgentClient agent, Task given, Timekeeper time, PrintWriter progress) {
        this.agent = agent;
        this.given = given;
        this.time = time;
        this.progress = progress;
    }

    /**
     * Waits for it. The agent bounds the time of tasks, and so this wait.
     *
     * @throws LifeboatException when it fails, with its code; or when the agent goes away
     */
    Task toItsEnd() throws InterruptedException {
        try {
            Task now = given;
            while (true) {
                requireTheSame(now);
                show(now);
                switch (now.progress()) {
                    case DONE -> {
                        return now;
                    }
                    case FAILED ->
                        throw new LifeboatException(
                                AgentClient.code(String.valueOf(now.code())), String.valueOf(now.message()));
                    case RUNNING -> time.pause(INTERVAL);
                }
                now = agent.task(given.recovery());
            }
        } catch (InterruptedException e) {
            say("The agent goes on with %s; `lifeboat agent status` shows how far it is."
                    .formatted(given.kind().on(given.recovery())));
            throw e;
        } catch (LifeboatException e) {
            if (e.code() == ErrorCode.AGENT_NOT_RUNNING) {
                say("The agent has gone. What it did for %s stays; the same command again goes on with it."
                        .formatted(given.kind().on(given.recovery())));
            }
            throw e;
        }
    }

    private void requireTheSame(Task now) {
        if (now.number() != given.number() || !now.begun().equals(given.begun())) {
            throw new LifeboatException(
                    ErrorCode.AGENT_TASK_STOPPED,
                    "Another task works on %s meanwhile: %s."
                            .formatted(
                                    given.kind().on(given.recovery()),
                                    switch (now.kind()) {
                                        case START -> "it is started again";
                                        case END -> "it is being ended";
                                        case FOLLOW -> "it follows a point";
                                        case BRING_HOME -> "it is being brought home";
                                    }));
        }
    }

    private void show(Task now) {
        for (int i = 0; i < now.lines().size(); i++) {
            if (now.firstLine() + i >= shown) {
                say(now.lines().get(i));
            }
        }
        shown = Math.max(shown, now.firstLine() + now.lines().size());
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
