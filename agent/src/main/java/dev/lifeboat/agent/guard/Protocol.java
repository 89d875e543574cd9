package dev.lifeboat.agent.guard;

import java.time.Duration;

/**
 * What agent and guard say to each other: lines of ASCII words over a Unix socket. Each line of the agent is answered
 * by one of the guard, in order.
 *
 * <pre>
 * hello 1                       hello 1
 * arm HOLD MILLISECONDS UUID …  armed ID, or refused REASON
 * disarm ID                     disarmed, or fired when the guard had to act
 * look ID                       waiting, or fired
 * beat                          beat
 * quit                          bye; the guard ends once nothing is held
 * </pre>
 *
 * A connection that ends, whatever the reason, frees everything; one that is silent for {@link #SILENCE} does too.
 */
final class Protocol {

    static final String HELLO = "hello 1";
    static final String BEAT = "beat";
    static final String QUIT = "quit";
    static final String BYE = "bye";
    static final String ARMED = "armed ";
    static final String REFUSED = "refused ";
    static final String DISARMED = "disarmed";
    static final String FIRED = "fired";
    static final String WAITING = "waiting";

    /** How often the agent says that it is there. */
    static final Duration BEAT_INTERVAL = Duration.ofSeconds(1);

    /**
     * A computer under load keeps a healthy process waiting for seconds, and what is freed for nothing costs a cycle.
     * What must be free earlier has a deadline.
     */
    static final Duration SILENCE = Duration.ofSeconds(10);

    /** How long the guard asks the hypervisor before it refuses. Nothing is held yet. */
    static final Duration LOOK_LIMIT = Duration.ofSeconds(2);

    /** A guard that does not answer for so long cannot be relied upon, and is replaced. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    /**
     * The longest time for which anything may be held: a first copy of a large disk, and a day is enough for a pass.
     */
    static final Duration LONGEST_HOLD = Duration.ofDays(2);

    /** Enough for {@link Held#MOST_MACHINES}. */
    static final int LONGEST_LINE = 64 + Held.MOST_MACHINES * 37;

    private Protocol() {}
}
