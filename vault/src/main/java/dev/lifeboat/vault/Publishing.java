package dev.lifeboat.vault;

/** How the publishing of a point ended. */
public sealed interface Publishing {

    /** The point is in the vault. */
    record Published(Point point) implements Publishing {}

    /** The epoch had been sealed: the point does not exist, and nothing that was published is lost. */
    record Fenced(Seal seal) implements Publishing {}
}
