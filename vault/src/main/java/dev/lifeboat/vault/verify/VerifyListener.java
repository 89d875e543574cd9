package dev.lifeboat.vault.verify;

/** Hears how far a look through a vault is. Called by the thread that looks. */
public interface VerifyListener {

    /** So many points' trees have been read. */
    void trees(long points, long of);

    /** So many packs have been looked at. */
    void packs(long packs, long of);
}
