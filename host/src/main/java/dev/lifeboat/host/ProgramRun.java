package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;

/**
 * A program that has ended.
 *
 * @param command the program and its arguments
 * @param exitCode its exit status; 128 + n when signal n ended it
 * @param output what it wrote to standard output, cut at {@link Program#OUTPUT_LIMIT}
 * @param errors what it wrote to standard error, cut likewise
 */
public record ProgramRun(List<String> command, int exitCode, String output, String errors) {

    /** Enough to see what went wrong, few enough for a message. */
    private static final int LAST_LINES = 5;

    public ProgramRun {
        command = List.copyOf(command);
    }

    public boolean succeeded() {
        return exitCode == 0;
    }

    /**
     * This, when the program succeeded.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_FAILED} otherwise, saying what the program said
     */
    public ProgramRun orThrow() {
        if (!succeeded()) {
            throw new LifeboatException(ErrorCode.HOST_PROGRAM_FAILED, complaint());
        }
        return this;
    }

    /** The command, its exit status and the last lines it wrote, in a form fit for a message. */
    public String complaint() {
        String said = errors.isBlank() ? output : errors;
        return "`%s` ended with %d: %s".formatted(String.join(" ", command), exitCode, lastLines(said));
    }

    /** The last lines of what a program wrote, indented but for the first: what went wrong stands at the end. */
    public static String lastLines(String text) {
        List<String> lines = text.strip().lines().toList();
        return String.join("\n  ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
