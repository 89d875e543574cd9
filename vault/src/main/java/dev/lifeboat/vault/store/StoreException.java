package dev.lifeboat.vault.store;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import org.jspecify.annotations.Nullable;

/**
 * A store did not do what it was asked for. The message names the store and the object. Whoever can go on without the
 * store's answer catches it; at the border of the vault {@link #toLifeboat} makes of it what is shown to a person.
 */
public sealed class StoreException extends RuntimeException permits ObjectMissing {

    private static final long serialVersionUID = 1L;

    /** What may lie behind the failure, and with it what to do. */
    public enum Kind {
        /** There is no object of this name. Permanent. */
        MISSING,
        /** The object ends before the range that was asked for. Permanent. */
        PAST_END,
        /** The object is longer than any that is ever written. Permanent. */
        TOO_LARGE,
        /** The store has no space left; nothing was stored. Permanent until somebody makes space. */
        FULL,
        /** The store refuses every change by this user; nothing was stored. Permanent. */
        READ_ONLY,
        /** The store refuses to show this to this user. Permanent. */
        DENIED,
        /** The store cannot be reached or asks to be spared for now; nothing was stored. May pass. */
        UNAVAILABLE,
        /** The answer to a put was lost: the object may have been created or not. Send the same bytes again. */
        AMBIGUOUS,
        /** The thread was asked to stop. What was under way may have been done or not. */
        INTERRUPTED,
        /** Anything else. Permanent. */
        OTHER;

        /** Whether the same call may succeed later without anybody's doing. */
        public boolean mayPass() {
            return this == UNAVAILABLE || this == AMBIGUOUS;
        }
    }

    private final Kind kind;

    /** @param happened what happened, in one sentence that names the store and the object */
    public StoreException(Kind kind, String happened) {
        this(kind, happened, null);
    }

    /**
     * A failure that follows from another.
     *
     * @param happened what happened, in one sentence that names the store and the object
     */
    public StoreException(Kind kind, String happened, @Nullable Throwable cause) {
        super(happened, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The same failure for a person, with the code that says what to do. */
    public LifeboatException toLifeboat() {
        ErrorCode code = switch (kind) {
            case MISSING -> ErrorCode.VAULT_OBJECT_MISSING;
            case PAST_END, TOO_LARGE -> ErrorCode.VAULT_OBJECT_DAMAGED;
            case FULL -> ErrorCode.VAULT_STORE_FULL;
            case READ_ONLY -> ErrorCode.VAULT_STORE_READ_ONLY;
            case DENIED, UNAVAILABLE, AMBIGUOUS, INTERRUPTED, OTHER -> ErrorCode.VAULT_STORE_FAILED;
        };
        return new LifeboatException(code, String.valueOf(getMessage()), this);
    }

    static StoreException pastEnd(BlobStore store, ObjectName name, long size, long offset, int length) {
        return new StoreException(
                Kind.PAST_END,
                store.describe() + ": " + name + " has " + size + " bytes; " + length + " were asked for from offset "
                        + offset + " on");
    }

    static StoreException tooLarge(BlobStore store, ObjectName name, long size) {
        return new StoreException(
                Kind.TOO_LARGE,
                store.describe() + ": " + name + " has " + size + " bytes, more than the " + BlobStore.MAX_OBJECT_BYTES
                        + " that an object may have");
    }

    static StoreException interrupted(BlobStore store, Throwable cause) {
        return new StoreException(Kind.INTERRUPTED, store.describe() + ": interrupted", cause);
    }
}
