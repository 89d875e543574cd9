package dev.lifeboat.model;

/**
 * How a command ended, as scripts see it. The numbers are a contract: they never change and never change their meaning.
 */
public enum Outcome {
    /** Everything that was asked for was done and seen to be done. */
    DONE(0, "done"),
    /** Something that should have worked did not. */
    FAILED(1, "failed"),
    /** The command line or a file it names is wrong; nothing was tried. */
    WRONG_USAGE(2, "wrong usage"),
    /** The request is understood but not allowed in the present state; nothing was changed. */
    REFUSED(3, "refused: not allowed from this state"),
    /** What was named does not exist. */
    NOT_FOUND(4, "not found"),
    /** A part was done and a part was not; the message names both. */
    PARTLY_DONE(5, "partly done"),
    /** The work waits for the decision of a person. */
    NEEDS_A_PERSON(6, "needs a person"),
    /** The person who started it stopped it. */
    INTERRUPTED(130, "interrupted");

    private final int exitCode;
    private final String meaning;

    Outcome(int exitCode, String meaning) {
        this.exitCode = exitCode;
        this.meaning = meaning;
    }

    /** The exit code of the process. */
    public int exitCode() {
        return exitCode;
    }

    /** The meaning in a few words, for help texts and documentation. */
    public String meaning() {
        return meaning;
    }
}
