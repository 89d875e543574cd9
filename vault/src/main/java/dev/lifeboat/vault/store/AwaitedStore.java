package dev.lifeboat.vault.store;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that need not be there yet: it is opened by the first call that finds it, and until then every call is
 * {@link Kind#UNAVAILABLE}. Safe for use by several threads.
 */
public final class AwaitedStore implements BlobStore {

    private final String url;
    private final Supplier<BlobStore> opening;
    private @Nullable BlobStore opened;

    /**
     * Opens nothing.
     *
     * @param url for messages
     * @param opening fails with {@link ErrorCode#VAULT_NOT_FOUND} or {@link ErrorCode#VAULT_STORE_FAILED} as long as it
     *     is not there
     */
    public AwaitedStore(String url, Supplier<BlobStore> opening) {
        this.url = url;
        this.opening = opening;
    }

    private synchronized BlobStore store() {
        BlobStore store = opened;
        if (store == null) {
            try {
                store = opening.get();
            } catch (LifeboatException e) {
                if (e.code() == ErrorCode.VAULT_NOT_FOUND || e.code() == ErrorCode.VAULT_STORE_FAILED) {
                    throw new StoreException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
                }
                throw e;
            }
            opened = store;
        }
        return store;
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        return store().putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        return store().get(name);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        store().getRange(name, offset, into);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return store().head(name);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        store().list(prefix, receiver);
    }

    @Override
    public boolean delete(ObjectName name) {
        return store().delete(name);
    }

    @Override
    public StoreTraits traits() {
        return store().traits();
    }

    @Override
    public String describe() {
        return url;
    }
}
