package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The version that a program tells of itself. */
public final class ProgramVersion {

    /** A version is told within milliseconds; the host may be busy. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Two numbers at least, so that a year or a count is not taken for a version. */
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");

    private ProgramVersion() {}

    /**
     * Asks the program.
     *
     * @param question the command that tells the version
     * @return nothing when the answer has no version in it
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_MISSING} or {@link ErrorCode#HOST_PROGRAM_TIMED_OUT}
     * @throws InterruptedException when the thread is asked to stop
     */
    public static Optional<String> ask(List<String> question) throws InterruptedException {
        ProgramRun answer = Program.of(question).within(LIMIT).run();
        // Some tell their version on standard error, or with an exit status that means something else.
        return VERSION.matcher(answer.output() + answer.errors())
                .results()
                .map(MatchResult::group)
                .findFirst();
    }
}
