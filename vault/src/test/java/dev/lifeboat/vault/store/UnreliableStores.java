package dev.lifeboat.vault.store;

import java.time.Duration;
import java.util.SplittableRandom;

/** Stores of which every fifth call goes wrong in a way that may pass, and which are asked again until it has. */
final class UnreliableStores {

    private static final double SHARE = 0.2;

    /** Twenty failures in a row do not happen in any number of test runs. */
    private static final RetryPolicy POLICY = new RetryPolicy(20, Duration.ofMillis(1), Duration.ofSeconds(1));

    private UnreliableStores() {}

    static BlobStore over(BlobStore store, long seed) {
        SteppedTime time = new SteppedTime();
        FaultPlan plan = FaultPlan.random(
                new SplittableRandom(seed), SHARE, Fault.UNAVAILABLE, Fault.COLLISION, Fault.ANSWER_LOST, Fault.DELAY);
        return new RetryingStore(
                new FaultyStore(store, plan, Duration.ofSeconds(5), time, new SplittableRandom(seed)),
                POLICY,
                time,
                new SplittableRandom(seed));
    }
}
