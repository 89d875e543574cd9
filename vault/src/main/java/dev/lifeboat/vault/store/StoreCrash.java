package dev.lifeboat.vault.store;

/**
 * The process is taken to have died in a call to a store. An error, so that nobody treats it as a failure that one goes
 * on from; only the test that planned it catches it.
 */
public final class StoreCrash extends Error {

    private static final long serialVersionUID = 1L;

    StoreCrash(StoreOperation operation, String name) {
        super("planned crash at " + operation + " of " + name);
    }
}
