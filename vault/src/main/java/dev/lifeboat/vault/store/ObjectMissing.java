package dev.lifeboat.vault.store;

import org.jspecify.annotations.Nullable;

/** There is no object of this name, and the store is sure of it. */
public final class ObjectMissing extends StoreException {

    private static final long serialVersionUID = 1L;

    /** @param store the store's address */
    public ObjectMissing(String store, ObjectName name) {
        this(store, name, null);
    }

    ObjectMissing(String store, ObjectName name, @Nullable Throwable cause) {
        super(Kind.MISSING, store + ": there is no " + name, cause);
    }
}
