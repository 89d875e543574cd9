package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * A process that outlives whoever started it: in a session of its own, and where systemd runs in a unit of its own too,
 * since systemd ends everything in a unit with it. It is found again by one of its arguments, which no other process
 * has. Safe for use by several threads.
 */
public final class DetachedProcess {

    /** There as long as systemd is the init, sd_booted(3). */
    private static final Path SYSTEMD = Path.of("/run/systemd/system");

    private static final String SCOPES = "systemd-run";

    /** What a process asked to end may take for it. */
    private static final Duration END_LIMIT = Duration.ofSeconds(15);

    /** A killed process is gone within milliseconds, unless the kernel waits for a disk or a server for it. */
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    /** setsid forks and ends, which takes it a moment on the busiest computer. */
    private static final Duration FORK_LIMIT = Duration.ofSeconds(15);

    private static final File NOTHING = new File("/dev/null");

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final String unit;
    private final String argument;
    private final List<String> command;

    /**
     * A process to be.
     *
     * @param name what systemd's unit is called, as far as its letters go
     * @param argument the one among the command's by which it is told from all others
     * @param command the program and its arguments
     */
    public DetachedProcess(String name, String argument, List<String> command) {
        if (!command.contains(argument)) {
            throw new IllegalArgumentException("%s is none of %s".formatted(argument, command));
        }
        CRC32C sum = new CRC32C();
        sum.update(argument.getBytes(StandardCharsets.UTF_8));
        // Two places may have a process of one name.
        this.unit = "lifeboat-%s-%08x".formatted(name.replaceAll("[^A-Za-z0-9_.-]", "_"), sum.getValue());
        this.argument = argument;
        this.command = List.copyOf(command);
    }

    /**
     * The whole command line, on this host.
     *
     * @param forked whether it is to be nobody's child
     */
    List<String> commandLine(boolean underSystemd, boolean forked) {
        List<String> all = new ArrayList<>();
        if (underSystemd) {
            all.addAll(List.of(SCOPES, "--scope", "--quiet", "--collect", "--unit=" + unit, "--"));
        }
        all.add("setsid");
        if (forked) {
            all.add("--fork");
        }
        all.addAll(command);
        return List.copyOf(all);
    }

    /**
     * Starts it, with nothing of this process's environment but the search path. Its standard input is the caller's to
     * fill and to close; its standard output goes nowhere.
     *
     * @param log takes its error stream; what was in there is gone
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_MISSING}
     */
    public Process start(Path log) {
        return launch(builder(log, false));
    }

    /**
     * Starts it as nobody's child, and with nothing on its standard input: for programs that ask the kernel to end them
     * with whoever started them, as nbdkit does (prctl(2), {@code PR_SET_PDEATHSIG}). When this returns it is there, or
     * has ended already.
     *
     * @param log takes its error stream; what was in there is gone
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_MISSING}
     */
    public void startOrphaned(Path log) throws InterruptedException {
        Process fork = launch(builder(log, true).redirectInput(NOTHING));
        if (!fork.waitFor(FORK_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            fork.destroyForcibly();
        }
    }

    private ProcessBuilder builder(Path log, boolean forked) {
        ProcessBuilder builder = new ProcessBuilder(commandLine(Files.isDirectory(SYSTEMD), forked))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
                .directory(new File("/"));
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH"));
        environment.put("LC_ALL", "C.UTF-8");
        // glibc keeps memory for each of many threads otherwise, and these processes are one per machine.
        environment.put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    private Process launch(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_MISSING,
                    "The program `%s` could not be started: %s".formatted(command.getFirst(), e.getMessage()),
                    e);
        }
    }

    /** Its process id; empty when it does not run. */
    public Optional<Long> running() {
        // Neither setsid nor systemd-run stays: each becomes what it starts.
        return ProcessTable.withArgument(argument).stream()
                .filter(process -> !process.arguments().contains(SCOPES))
                .map(ProcessTable.Entry::id)
                .findFirst();
    }

    /**
     * Asks it to end, and kills it when it does not. Does nothing when it does not run.
     *
     * @return whether it was seen to be gone
     */
    public boolean end(Timekeeper time) throws InterruptedException {
        signal(false);
        if (time.await(END_LIMIT, INTERVAL, () -> running().isEmpty())) {
            return true;
        }
        signal(true);
        return time.await(DEATH_LIMIT, INTERVAL, () -> running().isEmpty());
    }

    private void signal(boolean kill) {
        running().flatMap(ProcessHandle::of).ifPresent(process -> {
            if (kill) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        });
    }

    @Override
    public String toString() {
        return unit;
    }
}
