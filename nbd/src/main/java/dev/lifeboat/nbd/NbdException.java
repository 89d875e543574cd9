package dev.lifeboat.nbd;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with a peer, or what an export answers to a request that it does not carry out. The kind says what
 * the caller can do about it; the number is one of those that the protocol knows.
 */
public final class NbdException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Not permitted, as a write to a read-only export. */
    public static final int EPERM = 1;
    /** The medium failed. */
    public static final int EIO = 5;
    /** No memory for the request. */
    public static final int ENOMEM = 12;
    /** The request makes no sense: its range, its alignment or its flags. */
    public static final int EINVAL = 22;
    /** No room, or a write beyond the end. */
    public static final int ENOSPC = 28;
    /** Too large for an answer in one piece. */
    public static final int EOVERFLOW = 75;
    /** Zeroes would not be any faster than writing. */
    public static final int ENOTSUP = 95;
    /** The server is going down. */
    public static final int ESHUTDOWN = 108;

    /** What kind of thing went wrong. */
    public enum Kind {
        /** One request was answered with an error; the connection lives on. */
        REQUEST_FAILED,
        /** The server does not offer what was asked for while connecting. */
        REFUSED,
        /** The peer broke the protocol; the connection is over. */
        PROTOCOL_BROKEN,
        /** The peer was silent for too long; the connection is over. */
        TIMED_OUT,
        /** The connection could not be made, or ended. */
        DISCONNECTED,
        /** This side has closed the connection. */
        CLOSED
    }

    private final Kind kind;
    private final int errno;

    /** An error of one request, as an export throws it. */
    public NbdException(int errno, String message) {
        this(Kind.REQUEST_FAILED, errno, message, null);
    }

    private NbdException(Kind kind, int errno, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.errno = errno;
    }

    static NbdException refused(String message) {
        return new NbdException(Kind.REFUSED, EINVAL, message, null);
    }

    static NbdException broken(String message) {
        return new NbdException(Kind.PROTOCOL_BROKEN, EIO, message, null);
    }

    static NbdException timedOut(String message) {
        return new NbdException(Kind.TIMED_OUT, EIO, message, null);
    }

    static NbdException disconnected(String message, @Nullable Throwable cause) {
        return new NbdException(Kind.DISCONNECTED, EIO, message, cause);
    }

    static NbdException closed() {
        return new NbdException(Kind.CLOSED, ESHUTDOWN, "the connection has been closed by this side", null);
    }

    /** The same failure, thrown anew: its stack trace is that of the caller who meets it. */
    NbdException again() {
        return new NbdException(kind, errno, String.valueOf(getMessage()), this);
    }

    /** What kind of thing went wrong. */
    public Kind kind() {
        return kind;
    }

    /** The number of the protocol for it; {@link #EIO} when the connection is over. */
    public int errno() {
        return errno;
    }
}
