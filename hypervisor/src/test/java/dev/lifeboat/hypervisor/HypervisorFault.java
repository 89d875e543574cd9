package dev.lifeboat.hypervisor;

import java.util.concurrent.atomic.AtomicInteger;

/** What happens to one call of a hypervisor, on purpose. */
public enum HypervisorFault {
    /** Nothing. */
    NONE,
    /** There is no connection; nothing is done. */
    UNREACHABLE,
    /** Somebody else's work stands in the way; nothing is done. */
    BUSY,
    /** Nobody knows what changed; nothing is done. */
    TRACKING_LOST,
    /** It is done, and the answer does not come. */
    OUTCOME_UNKNOWN,
    /** The guest's agent is silent, but does what it was asked for, later. */
    SILENT,
    /** The process that asks dies before anything is done. */
    CRASH_BEFORE,
    /** The process that asks dies when it is done. */
    CRASH_AFTER;

    /** Which fault meets which call. Safe for use by several threads. */
    @FunctionalInterface
    public interface Plan {

        /** The fault of the next call, of the method with this name. */
        HypervisorFault next(String method);

        /** No faults. */
        static Plan none() {
            return method -> NONE;
        }

        /** A fault for the call with this number, from 1. */
        static Plan at(int call, HypervisorFault fault) {
            AtomicInteger calls = new AtomicInteger();
            return method -> calls.incrementAndGet() == call ? fault : NONE;
        }

        /** A fault for so many calls of a method, and none afterwards. */
        static Plan first(int times, String ofMethod, HypervisorFault fault) {
            AtomicInteger calls = new AtomicInteger();
            return method -> method.equals(ofMethod) && calls.incrementAndGet() <= times ? fault : NONE;
        }
    }

    /** The process that asked is taken to have died; only the test that planned it catches it. */
    public static final class Crash extends Error {

        private static final long serialVersionUID = 1L;

        /** @param call that it died at */
        public Crash(String call) {
            super("planned crash at " + call);
        }
    }
}
