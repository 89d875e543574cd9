package dev.lifeboat.model;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a person can meet and do something about. It carries an entry of the code table, which says what is
 * safe and what to do next, and a sentence of its own that names the things at hand.
 *
 * <p>A bug is never one of these: bugs keep their own exception and end the unit in which they happen.
 */
public final class LifeboatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** @param happened what happened, in one sentence that names the lab, file, machine or host concerned */
    public LifeboatException(ErrorCode code, String happened) {
        this(code, happened, null);
    }

    /**
     * A failure that follows from another.
     *
     * @param happened what happened, in one sentence that names the lab, file, machine or host concerned
     * @param cause what it followed from, for the log
     */
    public LifeboatException(ErrorCode code, String happened, @Nullable Throwable cause) {
        super(happened, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** What happened, what is safe and what to do next, ready to be shown. */
    public String explanation() {
        return code.code() + ": " + getMessage() + System.lineSeparator()
                + "Safe:  " + code.safe() + System.lineSeparator()
                + "Next:  " + code.next();
    }
}
