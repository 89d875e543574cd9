package dev.lifeboat.recovery;

/** What happens to one call that a recovery makes, on purpose. */
enum Fault {
    /** Nothing. */
    NONE,
    /** The process dies before anything is done. */
    DEATH_BEFORE,
    /** The process dies when it is done. */
    DEATH_AFTER,
    /** Nothing is done, and that is told. */
    REFUSED,
    /** It is done, and the answer does not come. */
    ANSWER_LOST
}
