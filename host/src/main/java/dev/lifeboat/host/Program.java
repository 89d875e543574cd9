package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program of this host and the way it is to be run: an immutable description that can be run any number of times, by
 * any thread. Every run is bounded in time and in what is kept of its output; a run that is over time is killed with
 * all its descendants.
 */
public final class Program {

    /** Characters kept of each stream: enough for any answer we parse, too few to exhaust memory. */
    public static final int OUTPUT_LIMIT = 16 << 20;

    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    /** A killed process is gone within milliseconds, unless the kernel is busy writing for it. */
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    /**
     * How long its streams are read on after its end. What it wrote is in the pipe by then and read within
     * milliseconds, but a daemon that it left behind may hold the streams open for ever.
     */
    private static final Duration STREAM_GRACE = Duration.ofSeconds(2);

    private final List<String> command;
    private final Duration limit;
    private final String input;
    private final SortedMap<String, String> environment;
    private final Consumer<String> lineListener;

    private Program(
            List<String> command,
            Duration limit,
            String input,
            SortedMap<String, String> environment,
            Consumer<String> lineListener) {
        this.command = List.copyOf(command);
        this.limit = limit;
        this.input = input;
        this.environment = Collections.unmodifiableSortedMap(environment);
        this.lineListener = lineListener;
    }

    public static Program of(String... command) {
        return of(List.of(command));
    }

    public static Program of(List<String> command) {
        return new Program(command, DEFAULT_LIMIT, "", new TreeMap<>(), line -> {});
    }

    /** The same with further arguments. */
    public Program with(String... arguments) {
        List<String> longer = new ArrayList<>(command);
        longer.addAll(List.of(arguments));
        return new Program(longer, limit, input, environment, lineListener);
    }

    /** The same, started by another program that takes it as its last arguments, such as {@code setpriv}. */
    public Program startedBy(String... launcher) {
        List<String> longer = new ArrayList<>(List.of(launcher));
        longer.addAll(command);
        return new Program(longer, limit, input, environment, lineListener);
    }

    /** The same, killed when it runs longer than this. */
    public Program within(Duration longest) {
        return new Program(command, longest, input, environment, lineListener);
    }

    /** The same, reading this text as its standard input. */
    public Program reading(String text) {
        return new Program(command, limit, text, environment, lineListener);
    }

    /** The same with one more environment variable. */
    public Program withVariable(String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new Program(command, limit, input, more, lineListener);
    }

    /**
     * The same, showing each line of its standard output as it comes, cut at {@link #OUTPUT_LIMIT}. The listener is
     * called by one other thread.
     */
    public Program showing(Consumer<String> listener) {
        return new Program(command, limit, input, environment, listener);
    }

    public List<String> command() {
        return command;
    }

    /**
     * Runs it to its end.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_MISSING} when there is no such program, or
     *     {@link ErrorCode#HOST_PROGRAM_TIMED_OUT} when it ran over its time
     * @throws InterruptedException when the thread is asked to stop; the program has been killed
     */
    public ProgramRun run() throws InterruptedException {
        Process process = start();
        // Not a StringBuilder: a reader may still be writing when the text is taken.
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        Thread outputReader = Thread.ofVirtual().start(() -> collect(process.getInputStream(), output, lineListener));
        Thread errorReader = Thread.ofVirtual().start(() -> collect(process.getErrorStream(), errors, line -> {}));
        Thread inputWriter = Thread.ofVirtual().start(() -> feed(process));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LifeboatException(
                        ErrorCode.HOST_PROGRAM_TIMED_OUT,
                        "`%s` did not end within %d s.".formatted(String.join(" ", command), limit.toSeconds()));
            }
            outputReader.join(STREAM_GRACE);
            errorReader.join(STREAM_GRACE);
        } finally {
            kill(process);
            inputWriter.interrupt();
        }
        return new ProgramRun(command, process.exitValue(), output.toString(), errors.toString());
    }

    /** Runs it to its end and gives what it wrote to standard output, without white space around it. */
    public String ask() throws InterruptedException {
        return run().orThrow().output().strip();
    }

    /**
     * Starts it and leaves it to the caller.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_MISSING} when there is no such program
     */
    public Process start() {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.copyOf(environment));
        // Answers are parsed: they must not depend on the language of whoever runs this.
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_MISSING,
                    "The program `%s` could not be started.".formatted(command.getFirst()),
                    e);
        }
    }

    /** Kills what still runs of it, and waits until the kernel has: nothing writes on behind the caller's back. */
    private static void kill(Process process) {
        if (process.isAlive()) {
            List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
            family.add(process.toHandle());
            family.forEach(ProcessHandle::destroyForcibly);
            CompletableFuture<?>[] ends =
                    family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(ends)
                    .completeOnTimeout(null, DEATH_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }

    private void feed(Process process) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The program ended, or closed its input, before it had read all: its exit status tells.
        }
    }

    /**
     * Reads to the end, however much comes, so that the program is never held up by a full pipe. Neither the text nor a
     * line, which need not end, grows beyond the limit. Lines end as for {@link BufferedReader#readLine}.
     */
    private static void collect(InputStream stream, StringWriter text, Consumer<String> listener) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            boolean begun = false;
            int previous = -1;
            for (int next = reader.read(); next >= 0; previous = next, next = reader.read()) {
                if (next == '\n' && previous == '\r') {
                    continue;
                }
                boolean ends = next == '\n' || next == '\r';
                append(text.getBuffer(), ends ? '\n' : (char) next);
                if (ends) {
                    listener.accept(line.toString());
                    line.setLength(0);
                } else {
                    append(line, (char) next);
                }
                begun = !ends;
            }
            if (begun) {
                append(text.getBuffer(), '\n');
                listener.accept(line.toString());
            }
        } catch (IOException e) {
            // The stream was closed under us because the program was killed: what has come stands.
        }
    }

    private static <T extends Appendable & CharSequence> void append(T text, char next) throws IOException {
        if (text.length() < OUTPUT_LIMIT) {
            text.append(next);
        }
    }
}
