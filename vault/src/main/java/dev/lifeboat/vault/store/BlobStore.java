package dev.lifeboat.vault.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place for immutable objects under names: the port between a vault and whatever keeps its bytes.
 *
 * <p>Every store guarantees:
 *
 * <ul>
 *   <li><b>Atomic put.</b> An object is whole or absent, for every reader at every moment, also after the writer or the
 *       store's computer crashed. Nothing is ever overwritten: of several puts of one name exactly one is told
 *       {@link PutResult#CREATED}, and the object holds the bytes of that one.
 *   <li><b>Durability.</b> What was answered {@code CREATED} or {@code EXISTS} survives a crash of the store's
 *       computer. A delete need not: a deleted object may be back after such a crash, and callers must bear it.
 *   <li><b>Read after write.</b> After the answer to a put or delete, by whomever, every reader sees its effect.
 *   <li><b>Strongly consistent listing.</b> A listing has every object that existed from before it began until it
 *       ended, once, in the order of the names. Objects that came or went meanwhile may be in it or not. Collection
 *       relies on it; {@link StoreTraits#strongListing} says when a store cannot promise it.
 *   <li><b>Idempotence.</b> Everything may be called again. A repeated put answers {@code EXISTS}; {@link Publication}
 *       finds out whether the bytes there are one's own.
 *   <li><b>Threads.</b> All methods may be called by any number of threads at once, and beside other processes.
 *   <li><b>No silent absence.</b> A store that cannot be reached is {@link StoreException.Kind#UNAVAILABLE}, never
 *       empty.
 * </ul>
 *
 * <p>A name must not be the folder of another: whoever puts {@code a} must not put {@code a/b}; a store may refuse it.
 *
 * <p>All failures are {@link StoreException}s, and {@link StoreException.Kind} says which may pass by themselves.
 * Stores do not retry; {@link RetryingStore} does. A name or prefix that is not one, or content beyond
 * {@link #MAX_OBJECT_BYTES}, is the caller's bug and an {@link IllegalArgumentException}.
 */
public interface BlobStore {

    /**
     * The longest object. Packs have 16 MiB or so, and whoever reads a whole object must be able to hold it: a hostile
     * store cannot make a reader allocate more.
     */
    int MAX_OBJECT_BYTES = 64 << 20;

    /**
     * Puts an object unless there is one of this name.
     *
     * @param content what it shall hold, one buffer after the other, from position to limit. Neither is changed, so
     *     that the same buffers can be sent again; the bytes must stay as they are until this returns
     * @throws StoreException {@link StoreException.Kind#AMBIGUOUS} when it is not known whether the object was created
     */
    PutResult putIfAbsent(ObjectName name, ByteBuffer... content);

    /**
     * Reads a whole object.
     *
     * @throws ObjectMissing when there is none of this name
     * @throws StoreException {@link StoreException.Kind#TOO_LARGE} when it is longer than {@link #MAX_OBJECT_BYTES}
     */
    byte[] get(ObjectName name);

    /**
     * Reads a part of an object: as many bytes as the buffer has room for. When this returns, the buffer is full. When
     * it throws, the buffer's position is as it was and what lies behind it is undefined.
     *
     * @param offset in bytes from the object's start; not negative
     * @throws ObjectMissing when there is none of this name
     * @throws StoreException {@link StoreException.Kind#PAST_END} when the object ends before the range does
     */
    void getRange(ObjectName name, long offset, ByteBuffer into);

    /**
     * As {@link #getRange(ObjectName, long, ByteBuffer)}, into an array of its own: what a store has read in one
     * already is not copied into another.
     *
     * @param length in bytes; not negative
     */
    default byte[] getRange(ObjectName name, long offset, int length) {
        byte[] content = new byte[length];
        getRange(name, offset, ByteBuffer.wrap(content));
        return content;
    }

    /** The size of an object; empty when there is none of this name. */
    Optional<ObjectStat> head(ObjectName name);

    /**
     * Shows all objects whose names begin with a text, in the order of the names. They are handed over while they are
     * read: a listing of millions needs no memory for all of them. The receiver may call the store.
     *
     * @param prefix the begin of the names, within a segment too: {@code packs/3} has {@code packs/3f/1}; empty for all
     */
    void list(String prefix, Consumer<ObjectStat> receiver);

    /**
     * Deletes an object.
     *
     * @return whether there was one; after a retry the answer may be false though an earlier attempt of this call
     *     deleted it
     */
    boolean delete(ObjectName name);

    /** What the store says that it can do. */
    StoreTraits traits();

    /** The store's address, for messages. */
    String describe();
}
