package dev.lifeboat.replication;

/** What is to be done next for a group, as far as its first copy may be carried. */
sealed interface SeedStep {

    /** Everything goes to the vault over the link. */
    record OverTheLink() implements SeedStep {}

    /** What is read goes into the folder. */
    record IntoFolder() implements SeedStep {}

    /** Nothing is read: the disk is on its way, or a person has to do something. */
    record Waits(Health health, String why) implements SeedStep {}
}
