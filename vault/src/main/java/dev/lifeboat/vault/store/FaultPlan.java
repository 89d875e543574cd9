package dev.lifeboat.vault.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Which fault meets which call. Plans are safe for use by several threads. */
@FunctionalInterface
public interface FaultPlan {

    /**
     * The fault for the next call.
     *
     * @param name the object's name, or the prefix of a listing
     */
    Fault next(StoreOperation operation, String name);

    /** No faults. */
    static FaultPlan none() {
        return (operation, name) -> Fault.NONE;
    }

    /** The first call meets the first fault, and so on; calls beyond meet none. */
    static FaultPlan script(Fault... faults) {
        List<Fault> script = List.of(faults);
        AtomicLong calls = new AtomicLong();
        return (operation, name) -> {
            long call = calls.getAndIncrement();
            return call < script.size() ? script.get((int) call) : Fault.NONE;
        };
    }

    /**
     * A single fault, for instance a crash.
     *
     * @param call which call meets it; the first is 1
     */
    static FaultPlan at(long call, Fault fault) {
        AtomicLong calls = new AtomicLong();
        return (operation, name) -> calls.incrementAndGet() == call ? fault : Fault.NONE;
    }

    /** The same plan for one kind of call; others meet no fault and do not count. */
    default FaultPlan only(StoreOperation only) {
        return (operation, name) -> operation == only ? next(operation, name) : Fault.NONE;
    }

    /**
     * Faults at random.
     *
     * @param random decides; with one thread, the same seed gives the same faults
     * @param share how many calls meet a fault, from 0 to 1
     * @param among which faults, all alike often
     */
    static FaultPlan random(RandomGenerator random, double share, Fault... among) {
        List<Fault> faults = List.of(among);
        Object lock = new Object();
        return (operation, name) -> {
            synchronized (lock) {
                return random.nextDouble() < share ? faults.get(random.nextInt(faults.size())) : Fault.NONE;
            }
        };
    }
}
