package dev.lifeboat.bench.live;

import dev.lifeboat.bench.tool.ServiceMeter;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An agent of ours that runs, followed by its log: it says of each point that it is published. The process that is
 * started may be one that starts the agent. One thread uses it, another one reads the log.
 */
final class AgentProcess implements AutoCloseable {

    /** An agent ends within 10 s when it is asked to. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    /** A killed process is gone within milliseconds, unless the kernel is busy writing for it. */
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    /** The last words of an agent that ended, for a message. */
    private static final int LAST_CHARACTERS = 4000;

    private static final String END = "";

    private final Process process;
    private final Pattern published;
    private final BlockingQueue<String> points = new LinkedBlockingQueue<>();

    /** Its end. Written by the one thread and read by the other. */
    private final StringWriter log = new StringWriter();

    private AgentProcess(Process process, String group) {
        this.process = process;
        this.published = Pattern.compile(": (%s@\\d+-\\d+) in [0-9.]+ s: ".formatted(Pattern.quote(group)));
    }

    /**
     * Starts it.
     *
     * @param group whose points are followed
     */
    static AgentProcess start(Program program, String group) {
        AgentProcess agent = new AgentProcess(program.start(), group);
        Thread.ofPlatform().daemon().name("agent-log").start(agent::follow);
        return agent;
    }

    private void follow() {
        try (BufferedReader lines = process.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Optional<String> point = pointIn(line);
                point.ifPresent(points::add);
                log.append(line).append('\n');
                log.getBuffer().delete(0, Math.max(0, log.getBuffer().length() - LAST_CHARACTERS));
            }
        } catch (IOException e) {
            log.append(e.toString()).append('\n');
        }
        points.add(END);
    }

    /** The point of which a line of the log says that it is published. */
    Optional<String> pointIn(String line) {
        Matcher matcher = published.matcher(line);
        return matcher.find() ? Optional.of(Objects.requireNonNull(matcher.group(1))) : Optional.empty();
    }

    /**
     * The next point that nobody has asked for yet.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_FAILED} when the agent ends before, or with
     *     {@link ErrorCode#HOST_PROGRAM_TIMED_OUT}
     * @throws InterruptedException when the thread is asked to stop
     */
    String awaitPoint(Duration limit) throws InterruptedException {
        String point = points.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (point == null) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_TIMED_OUT,
                    "The agent published no point within %d s: %s"
                            .formatted(limit.toSeconds(), ProgramRun.lastLines(log.toString())));
        }
        if (point.equals(END)) {
            points.add(END);
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_FAILED, "The agent ended: " + ProgramRun.lastLines(log.toString()));
        }
        return point;
    }

    /** Points that were published before now are not asked for any more. */
    void forgetPoints() {
        points.removeIf(point -> !point.equals(END));
    }

    /** What the agent and its guard have taken so far. */
    ServiceMeter meter() {
        return ServiceMeter.read(processes());
    }

    /** The agent and what it has started. */
    Stream<ProcessHandle> processes() {
        return process.descendants();
    }

    /** Asks it to stop, and waits until it and its guard have ended; kills what does not. */
    @Override
    public void close() {
        List<ProcessHandle> family = processes().toList();
        process.children().forEach(ProcessHandle::destroy);
        try {
            process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        for (ProcessHandle one : family) {
            one.destroyForcibly();
            one.onExit()
                    .completeOnTimeout(one, DEATH_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }
}
