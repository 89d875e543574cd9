package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;

/** Waiting inside of a call to a store. */
final class Pauses {

    private Pauses() {}

    static void pause(BlobStore store, Timekeeper time, Duration duration) {
        try {
            time.pause(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreException.interrupted(store, e);
        }
    }
}
