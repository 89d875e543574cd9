package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Fails on purpose, as a {@link FaultPlan} says, for tests and simulations. After a planned crash every call throws
 * {@link StoreCrash}: what the store holds is what the next process finds.
 *
 * <p>Safe for use by several threads.
 */
public final class FaultyStore implements BlobStore {

    /** A listing breaks off before one of its first objects, so that short listings break off too. */
    private static final int LONGEST_BROKEN_LISTING = 8;

    private final BlobStore store;
    private final FaultPlan plan;
    private final Duration delay;
    private final Timekeeper time;
    private final RandomGenerator random;
    private volatile boolean crashed;

    /**
     * Wires a store that fails.
     *
     * @param delay how late a delayed call is
     * @param random where bits are flipped and reads are cut
     */
    public FaultyStore(BlobStore store, FaultPlan plan, Duration delay, Timekeeper time, RandomGenerator random) {
        this.store = store;
        this.plan = plan;
        this.delay = delay;
        this.time = time;
        this.random = random;
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        Fault fault = begin(StoreOperation.PUT, name.text());
        if (fault == Fault.FULL) {
            throw refusal(Kind.FULL, StoreOperation.PUT, name.text(), "no space left");
        }
        PutResult result;
        if (fault == Fault.PUT_FLIPPED) {
            byte[] copy = Content.copy(name, content);
            flip(copy);
            result = store.putIfAbsent(name, ByteBuffer.wrap(copy));
        } else {
            result = store.putIfAbsent(name, content);
        }
        end(fault, StoreOperation.PUT, name.text());
        if (fault == Fault.ANSWER_LOST) {
            throw refusal(Kind.AMBIGUOUS, StoreOperation.PUT, name.text(), "the answer was lost");
        }
        return fault == Fault.ANSWERED_EXISTS ? PutResult.EXISTS : result;
    }

    @Override
    public byte[] get(ObjectName name) {
        Fault fault = begin(StoreOperation.GET, name.text());
        byte[] content = answered(fault, StoreOperation.GET, name.text(), () -> store.get(name));
        if (fault == Fault.READ_CUT && content.length > 0) {
            return Arrays.copyOf(content, draw(content.length));
        }
        if (fault == Fault.READ_FLIPPED) {
            flip(content);
        }
        return content;
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        Fault fault = begin(StoreOperation.GET_RANGE, name.text());
        int length = into.remaining();
        byte[] content = answered(fault, StoreOperation.GET_RANGE, name.text(), () -> {
            ByteBuffer read = ByteBuffer.allocate(length);
            store.getRange(name, offset, read);
            return read.array();
        });
        if (fault == Fault.READ_CUT && length > 0) {
            throw StoreException.pastEnd(this, name, offset + draw(length), offset, length);
        }
        if (fault == Fault.READ_FLIPPED) {
            flip(content);
        }
        into.put(content);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        Fault fault = begin(StoreOperation.HEAD, name.text());
        return answered(fault, StoreOperation.HEAD, name.text(), () -> store.head(name));
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        Fault fault = begin(StoreOperation.LIST, prefix);
        int[] left = {fault == Fault.ANSWER_LOST ? draw(LONGEST_BROKEN_LISTING) : Integer.MAX_VALUE};
        store.list(prefix, stat -> {
            if (left[0]-- == 0) {
                throw refusal(Kind.UNAVAILABLE, StoreOperation.LIST, prefix, "the answer broke off");
            }
            receiver.accept(stat);
        });
        end(fault, StoreOperation.LIST, prefix);
        if (fault == Fault.ANSWER_LOST) {
            throw refusal(Kind.UNAVAILABLE, StoreOperation.LIST, prefix, "the answer broke off");
        }
    }

    @Override
    public boolean delete(ObjectName name) {
        Fault fault = begin(StoreOperation.DELETE, name.text());
        return answered(fault, StoreOperation.DELETE, name.text(), () -> store.delete(name));
    }

    private Fault begin(StoreOperation operation, String name) {
        if (crashed) {
            throw new StoreCrash(operation, name);
        }
        Fault fault = plan.next(operation, name);
        switch (fault) {
            case CRASH_BEFORE -> {
                crashed = true;
                throw new StoreCrash(operation, name);
            }
            case UNAVAILABLE -> throw refusal(Kind.UNAVAILABLE, operation, name, "asked to come again later");
            case COLLISION -> throw refusal(Kind.UNAVAILABLE, operation, name, "another request is under way");
            case READ_ONLY -> {
                if (operation == StoreOperation.PUT || operation == StoreOperation.DELETE) {
                    throw refusal(Kind.READ_ONLY, operation, name, "no change is allowed");
                }
            }
            case DELAY -> Pauses.pause(this, time, delay);
            case NONE, FULL, ANSWER_LOST, ANSWERED_EXISTS, READ_CUT, READ_FLIPPED, PUT_FLIPPED, CRASH_AFTER -> {
                // These come later.
            }
        }
        return fault;
    }

    /** The dead hear no answers, those of calls that were under way in other threads neither. */
    private void end(Fault fault, StoreOperation operation, String name) {
        if (fault == Fault.CRASH_AFTER) {
            crashed = true;
        }
        if (crashed) {
            throw new StoreCrash(operation, name);
        }
    }

    private <T> T answered(Fault fault, StoreOperation operation, String name, Supplier<T> call) {
        T answer = call.get();
        end(fault, operation, name);
        if (fault == Fault.ANSWER_LOST) {
            throw refusal(Kind.UNAVAILABLE, operation, name, "the answer was lost");
        }
        return answer;
    }

    private StoreException refusal(Kind kind, StoreOperation operation, String name, String why) {
        return new StoreException(kind, describe() + ": " + operation + " of " + name + " failed as planned: " + why);
    }

    private void flip(byte[] content) {
        if (content.length > 0) {
            content[draw(content.length)] ^= (byte) (1 << draw(Byte.SIZE));
        }
    }

    private synchronized int draw(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public StoreTraits traits() {
        return store.traits();
    }

    @Override
    public String describe() {
        return store.describe();
    }
}
