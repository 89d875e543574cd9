package dev.lifeboat.bench.boot;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.DelayedStore;
import dev.lifeboat.vault.store.ThrottledStore;
import java.time.Duration;

/**
 * A link of 20 ms there and back and 200 Mbit/s between a store and who reads it. It stands inside of the process that
 * reads, for a folder has no network in front of it: every call waits for one round trip, and its bytes then for their
 * turn on the line that all threads share. It has no packets, so nothing gets lost and nothing begins slowly, and names
 * and listings take no room on it.
 */
final class SlowLink {

    static final Duration ROUND_TRIP = Duration.ofMillis(20);

    /** 200 Mbit/s. */
    static final ByteCount PER_SECOND = new ByteCount(25_000_000);

    private SlowLink() {}

    /** The store as it is from the other end. */
    static BlobStore before(BlobStore store, Timekeeper time) {
        return new DelayedStore(new ThrottledStore(store, PER_SECOND, time), ROUND_TRIP, time);
    }
}
