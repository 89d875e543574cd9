package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.live.BenchHost;
import dev.lifeboat.bench.tool.OurProcess;
import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.host.Folders;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A bench of what recoveries start. It brings up a host in namespaces and starts the same command again inside of it,
 * since a recovery works on the host that it is started on, and what it starts outlives it: with the host everything
 * goes. The inner command leaves its result in a file.
 */
abstract class HostedOperation implements Callable<Integer> {

    private static final int MOST_ROUNDS = 100;

    /** A hundred rounds of everything. */
    private static final Duration LIMIT = Duration.ofHours(24);

    private static final String RESULT = "result";

    private final String name;
    private final Need need;
    private final ByteCount space;
    private final BenchContext context;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Measure so often and take medians (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Work below this folder: its file system is what is measured (default: in the cache).")
    private @Nullable Path folder;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "How to print the result: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private OutputFormat format = OutputFormat.table;

    @Option(names = "--inside", hidden = true, paramLabel = "DIR", description = "Measure, on a host that is up.")
    private @Nullable Path inside;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * @param name of the command
     * @param need what the computer must have for it
     * @param space what it takes of the file system at most
     */
    HostedOperation(String name, Need need, ByteCount space, BenchContext context) {
        this.name = name;
        this.need = need;
        this.space = space;
        this.context = context;
    }

    /**
     * What is printed.
     *
     * @param text for a person
     * @param document for programs
     */
    record Result(String text, Object document) {}

    /** Refuses options that make no sense. */
    abstract void requireSense();

    /** Puts into the folder what has to be there before the host is; told by {@link #say}. */
    abstract void prepare(Path work) throws InterruptedException;

    /** The command's own options, as they were typed or meant. */
    abstract List<String> options();

    /** Measures, on the host. */
    abstract Result measure(BenchRun run) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "--rounds takes a number from 1 to %d, not %d.".formatted(MOST_ROUNDS, rounds));
        }
        requireSense();
        if (inside != null) {
            measureIn(inside);
            return 0;
        }
        context.requirePrograms(need);
        try (PrivateFolder work = context.workFolder(Optional.ofNullable(folder))) {
            Folders.requireSpace(work.path(), space, "for the bench");
            prepare(work.path());
            return onHost(work.path());
        }
    }

    private int onHost(Path work) throws InterruptedException {
        try (BenchHost host = new BenchHost(Files.createDirectory(work.resolve("host")), context.time())) {
            say("Bringing up a host");
            host.bringUp();
            ProgramRun run = host.inside(OurProcess.ofThisProcess()
                            .command("bench", name, "--inside", work.toString(), "--rounds", Integer.toString(rounds))
                            .with("--output", format.toString())
                            .with(options().toArray(String[]::new)))
                    .showing(this::say)
                    .within(LIMIT)
                    .run();
            if (!run.succeeded()) {
                PrintWriter errors = spec.commandLine().getErr();
                errors.print(run.errors());
                errors.flush();
                return run.exitCode();
            }
            PrintWriter output = spec.commandLine().getOut();
            output.print(Files.readString(work.resolve(RESULT)));
            output.flush();
            return 0;
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNREADABLE, "In the folder %s: %s".formatted(work, e), e);
        }
    }

    private void measureIn(Path work) throws InterruptedException {
        PrintWriter output = spec.commandLine().getOut();
        Result result = measure(new BenchRun(work, rounds, PageCache.ofThisHost(), line -> {
            output.println(line);
            output.flush();
        }));
        try {
            Files.writeString(
                    work.resolve(RESULT),
                    format == OutputFormat.table ? result.text() : Document.of(result.document(), format));
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNWRITABLE, "The result could not be written: " + e, e);
        }
    }

    final void say(String line) {
        PrintWriter errors = spec.commandLine().getErr();
        errors.println(line);
        errors.flush();
    }

    final BenchContext context() {
        return context;
    }

    /** How many threads may compute at once. */
    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** A size as {@link ByteCountConverter} takes it. */
    static String typed(ByteCount size) {
        return "%dM".formatted(size.bytes() >> 20);
    }
}
