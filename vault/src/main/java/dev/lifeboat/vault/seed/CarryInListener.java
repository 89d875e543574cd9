package dev.lifeboat.vault.seed;

/** Hears how far the carrying in has come. Called by the thread that does it. */
@FunctionalInterface
public interface CarryInListener {

    /** So much of the packs has been dealt with, in bytes. */
    void packs(long bytes, long of);
}
