package dev.lifeboat.network.linux;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;

/** One change of the host, by one program. */
final class Step {

    private Step() {}

    /**
     * Takes it.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_NOT_MADE} that says what the program said
     */
    static void run(Program program) throws InterruptedException {
        ProgramRun run = program.run();
        if (!run.succeeded()) {
            throw new LifeboatException(ErrorCode.NET_NOT_MADE, run.complaint());
        }
    }
}
