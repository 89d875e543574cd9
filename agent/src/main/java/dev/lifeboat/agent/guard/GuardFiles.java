package dev.lifeboat.agent.guard;

import java.nio.file.Path;

/**
 * Where agent and guard meet, and where the guard writes down what it must undo: all in the agent's state folder, which
 * only root may write.
 */
record GuardFiles(Path state) {

    /** The Unix socket on which the guard listens. */
    Path socket() {
        return state.resolve("guard.sock");
    }

    /** Locked for as long as a guard lives: there is one. */
    Path lock() {
        return state.resolve("guard.lock");
    }

    /** See {@link HoldFile}. */
    Path holds() {
        return state.resolve("guard.holds");
    }

    /** The argument by which the process of this folder's guard is told from all others. */
    String argument() {
        return "--state=" + state;
    }
}
