package dev.lifeboat.replication;

/** How the protection of a group stands. */
public enum Health {
    /** Points appear as wanted. */
    OK,
    /** The first point is being made. */
    SEEDING,
    /** Tracking was lost, for the reason given; everything is compared with the last point, which stays usable. */
    RESYNCING,
    /** Points appear, and something is not as wanted. */
    WARNING,
    /** No points appear, for the reason given; it goes on by itself when that has gone. */
    STALLED,
    /** No points appear until a person does something. */
    BLOCKED
}
