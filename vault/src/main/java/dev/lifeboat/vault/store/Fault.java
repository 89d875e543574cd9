package dev.lifeboat.vault.store;

/** What a {@link FaultyStore} does to one call. A fault that makes no sense for the call does nothing. */
public enum Fault {
    /** Nothing. */
    NONE,
    /** The call is done, but later. */
    DELAY,
    /** Refused before anything is done, as with HTTP 503; may pass. */
    UNAVAILABLE,
    /** Refused because of another request at the same time, as with HTTP 409; may pass. */
    COLLISION,
    /** Refused because there is no space. Puts only. */
    FULL,
    /** Refused because this user may change nothing. Puts and deletes only. */
    READ_ONLY,
    /** Done, but the answer is lost. A listing breaks off in its midst. */
    ANSWER_LOST,
    /** A put is done, but answered as if the name had been taken before: a client repeated it, and HTTP 412 came. */
    ANSWERED_EXISTS,
    /** A read ends early. */
    READ_CUT,
    /** One bit of what is read is another. */
    READ_FLIPPED,
    /** One bit of what is put is another, and the put is answered as if nothing were wrong. */
    PUT_FLIPPED,
    /** The process dies before the call reaches the store. */
    CRASH_BEFORE,
    /** The process dies after the store has done the call. */
    CRASH_AFTER
}
