package dev.lifeboat.hypervisor;

/**
 * The hypervisor did not do what was asked of it. The kind says what the caller can make of that; the message has the
 * hypervisor's own words.
 */
public final class HypervisorException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What the caller can make of it. */
    public enum Kind {
        /** There is no such machine, or not any more. */
        NO_SUCH_MACHINE,
        /** The machine is not in a state in which this can be done, as when it is off. */
        WRONG_STATE,
        /** Somebody else's work stands in the way, such as a migration or a block job; it will end. */
        BUSY,
        /** The checkpoint or its tracking is missing or must not be believed. */
        TRACKING_LOST,
        /** The guest's agent is not there, or does not answer. */
        GUEST_AGENT_SILENT,
        /** There is no connection to the hypervisor; it is being made again. */
        UNREACHABLE,
        /** The answer did not come in time; whether it was done is not known. */
        TIMED_OUT,
        /** The hypervisor cannot do this at all. */
        UNSUPPORTED,
        /** Anything else. */
        FAILED
    }

    private final Kind kind;

    public HypervisorException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public HypervisorException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
