package dev.lifeboat.bench.tool;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runs whole processes under GNU time, which asks the kernel (wait4(2)) what a process and the children it waited for
 * have taken. The wall time has a resolution of 10 ms. GNU time is small and starts the tool itself, so that the memory
 * of this process is not counted for the tool's.
 */
public final class ProcessMeter {

    /** Wall seconds, user seconds, system seconds, the most resident KiB. */
    private static final String FORMAT = "%e %U %S %M";

    private static final int FIELDS = 4;
    private static final int KIB_PER_MIB = 1024;

    /** A hundred gigabytes on a slow disk. */
    private static final Duration LIMIT = Duration.ofHours(3);

    private final Path scratch;

    /** @param scratch a folder for a small file */
    public ProcessMeter(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * Runs it to its end.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_FAILED}, {@link ErrorCode#HOST_PROGRAM_MISSING} or
     *     {@link ErrorCode#HOST_PROGRAM_TIMED_OUT}
     * @throws InterruptedException when the thread is asked to stop; the program has been killed
     */
    MeteredRun run(Program program) throws InterruptedException {
        Path figures = scratch.resolve("time.txt");
        ProgramRun run = program.startedBy("time", "--quiet", "--format", FORMAT, "--output", figures.toString())
                .within(LIMIT)
                .run()
                .orThrow();
        try {
            return new MeteredRun(parse(Files.readString(figures)), run.output());
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "%s could not be read: %s".formatted(figures, e), e);
        }
    }

    /** Runs it to its end for its cost alone; see {@link #run}. */
    public ProcessCost cost(Program program) throws InterruptedException {
        return run(program).cost();
    }

    /** The same, with the standard output going into a file. */
    MeteredRun runInto(Path file, Program program) throws InterruptedException {
        // The shell becomes the program: it is not measured beside it.
        return run(program.startedBy("sh", "-c", "exec \"$@\" >\"$0\"", file.toString()));
    }

    /** From what GNU time wrote with {@link #FORMAT}. */
    static ProcessCost parse(String figures) {
        List<String> lines = figures.strip().lines().toList();
        String[] fields = lines.isEmpty() ? new String[0] : lines.getLast().split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("GNU time wrote '%s'".formatted(figures));
        }
        return new ProcessCost(
                Double.parseDouble(fields[0]),
                Double.parseDouble(fields[1]) + Double.parseDouble(fields[2]),
                (double) Long.parseLong(fields[3]) / KIB_PER_MIB);
    }
}
