package dev.lifeboat.vault.store;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A put that may be repeated until it is known to have worked: when the name is taken, what lies there is read and
 * compared. So a writer that lost the answer, or crashed and comes again with the same bytes, finds its own object, and
 * one whose name was taken by somebody else learns it.
 *
 * <p>After a lost answer the same bytes are sent again, and nothing else: the put itself is the surest look, since it
 * answers only when the object is durable. It costs no second transfer where the store refuses before it takes the
 * bytes.
 */
public final class Publication {

    /** How a publication ended. */
    public enum Result {
        /** The object was created by this call. */
        STORED,
        /** An object with the very same bytes is there, by an earlier attempt or by somebody who knew them. */
        FOUND,
        /** Other bytes lie under the name. They were left alone. */
        CONFLICT
    }

    /** Waiting and trying long is {@link RetryingStore}'s; this is for stores without it. */
    private static final int ATTEMPTS = 3;

    /** A single reading that differs may be a passing failure of the store or of the way to it. */
    private static final int READINGS = 3;

    private static final int STEP_BYTES = 1 << 20;

    private Publication() {}

    /**
     * Puts an object, or confirms that it is there.
     *
     * @throws StoreException when the store fails; {@link Kind#AMBIGUOUS} when it went on not answering
     */
    public static Result publish(BlobStore store, ObjectName name, ByteBuffer... content) {
        for (int attempt = 1; ; attempt++) {
            try {
                if (store.putIfAbsent(name, content) == PutResult.CREATED) {
                    return Result.STORED;
                }
                return holds(store, name, content) ? Result.FOUND : Result.CONFLICT;
            } catch (ObjectMissing e) {
                // It was there and was deleted before it could be compared.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (StoreException e) {
                if (e.kind() != Kind.AMBIGUOUS || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Same as {@link #publish}, for names that only one writer may use: failures are ready to be shown.
     *
     * @throws LifeboatException with the code of what went wrong, {@link ErrorCode#VAULT_STORE_CONFLICT} among them
     */
    public static void publishOwn(BlobStore store, ObjectName name, ByteBuffer... content) {
        Result result;
        try {
            result = publish(store, name, content);
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        if (result == Result.CONFLICT) {
            throw new LifeboatException(
                    ErrorCode.VAULT_STORE_CONFLICT, store.describe() + ": " + name + " holds what another writer put");
        }
    }

    /**
     * Whether an object holds exactly these bytes. A difference is believed when it shows in several readings.
     *
     * @throws ObjectMissing when there is none of this name
     */
    static boolean holds(BlobStore store, ObjectName name, ByteBuffer... content) {
        int length = Content.length(name, content);
        for (int reading = 1; reading <= READINGS; reading++) {
            Optional<ObjectStat> stat = store.head(name);
            if (stat.isEmpty()) {
                throw new ObjectMissing(store.describe(), name);
            }
            if (stat.get().size() == length && readsAs(store, name, content)) {
                return true;
            }
        }
        return false;
    }

    private static boolean readsAs(BlobStore store, ObjectName name, ByteBuffer... content) {
        ByteBuffer read = ByteBuffer.allocate(STEP_BYTES);
        long offset = 0;
        for (ByteBuffer part : content) {
            for (int from = 0; from < part.remaining(); from += STEP_BYTES) {
                int length = Math.min(STEP_BYTES, part.remaining() - from);
                read.clear().limit(length);
                try {
                    store.getRange(name, offset, read);
                } catch (StoreException e) {
                    if (e.kind() == Kind.PAST_END) {
                        return false;
                    }
                    throw e;
                }
                if (!read.flip().equals(part.slice(part.position() + from, length))) {
                    return false;
                }
                offset += length;
            }
        }
        return true;
    }
}
