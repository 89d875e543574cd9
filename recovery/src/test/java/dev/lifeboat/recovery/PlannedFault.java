package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;

/**
 * One fault of one process, at one of the calls that it makes to its host: to the hypervisor, the networks and the
 * disks, counted together. Once the process is dead, every further call fails. For one thread.
 */
final class PlannedFault {

    private final int call;
    private final Fault fault;
    private int calls;
    private boolean met;
    private boolean dead;
    private String last = "nothing";

    /** @param call from 1 */
    PlannedFault(int call, Fault fault) {
        this.call = call;
        this.fault = fault;
    }

    static PlannedFault none() {
        return new PlannedFault(0, Fault.NONE);
    }

    /** Something that is asked of the host. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws InterruptedException;
    }

    /** Whether the call was made at all. */
    boolean met() {
        return met;
    }

    @Override
    public String toString() {
        return last;
    }

    private Fault next(String what) {
        if (dead) {
            throw new HypervisorFault.Crash(what);
        }
        calls++;
        if (calls != call) {
            return Fault.NONE;
        }
        met = true;
        last = what;
        dead = fault == Fault.DEATH_BEFORE || fault == Fault.DEATH_AFTER;
        return fault;
    }

    /** What happens to the next call of the hypervisor. */
    HypervisorFault ofHypervisor(String method) {
        return switch (next(method)) {
            case NONE -> HypervisorFault.NONE;
            case DEATH_BEFORE -> HypervisorFault.CRASH_BEFORE;
            case DEATH_AFTER -> HypervisorFault.CRASH_AFTER;
            case REFUSED -> HypervisorFault.UNREACHABLE;
            case ANSWER_LOST -> HypervisorFault.OUTCOME_UNKNOWN;
        };
    }

    /** A call that has no effect and fails only with its process. */
    void asked(String what) {
        switch (next(what)) {
            case DEATH_BEFORE, DEATH_AFTER -> throw new HypervisorFault.Crash(what);
            case NONE, REFUSED, ANSWER_LOST -> {
                // Nothing comes of it.
            }
        }
    }

    /**
     * A call of something else.
     *
     * @param code with which it fails
     */
    <T> T at(String what, ErrorCode code, Call<T> work) throws InterruptedException {
        Fault now = next(what);
        if (now == Fault.DEATH_BEFORE) {
            throw new HypervisorFault.Crash(what);
        }
        if (now == Fault.REFUSED) {
            throw new LifeboatException(code, "%s was not done.".formatted(what));
        }
        T answer = work.run();
        if (now == Fault.DEATH_AFTER) {
            throw new HypervisorFault.Crash(what);
        }
        if (now == Fault.ANSWER_LOST) {
            throw new LifeboatException(code, "%s did not answer.".formatted(what));
        }
        return answer;
    }
}
