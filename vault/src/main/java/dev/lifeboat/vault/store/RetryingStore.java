package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store again when its failure may pass. A put whose answer was lost is sent again with the same bytes; when the
 * name then is taken, the bytes there are compared, and one's own count as {@link PutResult#CREATED}. (When two writers
 * put equal bytes, both may be told so.) A listing that broke off goes on behind the last object that was shown.
 *
 * <p>Safe for use by several threads.
 */
public final class RetryingStore implements BlobStore {

    private final BlobStore store;
    private final RetryPolicy policy;
    private final Timekeeper time;
    private final RandomGenerator random;

    /** @param random for the pauses; needs no strength */
    public RetryingStore(BlobStore store, RetryPolicy policy, Timekeeper time, RandomGenerator random) {
        this.store = store;
        this.policy = policy;
        this.time = time;
        this.random = random;
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        boolean answerLost = false;
        for (int attempt = 1; ; attempt++) {
            PutResult result;
            try {
                result = store.putIfAbsent(name, content);
            } catch (StoreException e) {
                answerLost |= e.kind() == Kind.AMBIGUOUS;
                if (answerLost && attempt == policy.attempts() && e.kind() == Kind.UNAVAILABLE) {
                    throw new StoreException(
                            Kind.AMBIGUOUS, e.getMessage() + " (the answer to an earlier attempt was lost)", e);
                }
                pauseAfter(attempt, e);
                continue;
            }
            if (result == PutResult.EXISTS && answerLost && holds(name, content)) {
                return PutResult.CREATED;
            }
            return result;
        }
    }

    private boolean holds(ObjectName name, ByteBuffer... content) {
        try {
            return Publication.holds(this, name, content);
        } catch (ObjectMissing e) {
            // Deleted since: it was there, whosever it was.
            return false;
        } catch (StoreException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw new StoreException(Kind.AMBIGUOUS, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    @Override
    public byte[] get(ObjectName name) {
        return retried(() -> store.get(name));
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        retried(() -> {
            store.getRange(name, offset, into);
            return into;
        });
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return retried(() -> store.head(name));
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        Resumption resumption = new Resumption(receiver);
        for (int attempt = 1; ; attempt++) {
            try {
                store.list(prefix, resumption);
                return;
            } catch (StoreException e) {
                if (resumption.receiving) {
                    throw e;
                }
                pauseAfter(attempt, e);
            }
        }
    }

    @Override
    public boolean delete(ObjectName name) {
        return retried(() -> store.delete(name));
    }

    private <T> T retried(Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (StoreException e) {
                pauseAfter(attempt, e);
            }
        }
    }

    /** Waits before the next attempt, or throws the failure when there is none. */
    private void pauseAfter(int attempt, StoreException failure) {
        if (!failure.kind().mayPass() || attempt >= policy.attempts()) {
            throw failure;
        }
        Pauses.pause(this, time, shortened(policy.pauseAfter(attempt)));
    }

    private synchronized Duration shortened(Duration pause) {
        long nanos = pause.toNanos();
        return Duration.ofNanos(nanos - random.nextLong(nanos / 2 + 1));
    }

    @Override
    public StoreTraits traits() {
        return store.traits();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    /** Passes over what an earlier attempt has shown already, and knows whose failure a failure is. */
    private static final class Resumption implements Consumer<ObjectStat> {

        private final Consumer<ObjectStat> receiver;
        private @Nullable ObjectName last;
        private boolean receiving;

        Resumption(Consumer<ObjectStat> receiver) {
            this.receiver = receiver;
        }

        @Override
        public void accept(ObjectStat stat) {
            if (last != null && stat.name().compareTo(last) <= 0) {
                return;
            }
            last = stat.name();
            receiving = true;
            receiver.accept(stat);
            receiving = false;
        }
    }
}
