package dev.lifeboat.vault.store;

/** How a put ended that was answered. */
public enum PutResult {
    /** The object did not exist; it does now, with the bytes of this put. */
    CREATED,
    /** An object of this name was there already, whoever put it and whatever it holds. It was left alone. */
    EXISTS
}
