package dev.lifeboat.replication;

import java.util.Optional;

/** Says whether somebody else works on a group's machines, who are left alone then. Safe for use by several threads. */
@FunctionalInterface
public interface HoldBack {

    /** Nobody does. */
    HoldBack NOBODY = protection -> Optional.empty();

    /**
     * Why nothing of the group may be captured now, as half a sentence; empty when it may. Asked before each cycle.
     *
     * @param protection of the group
     */
    Optional<String> reason(Protection protection);
}
