package dev.lifeboat.vault.pack;

/** Where finished packs go. Called by several threads. */
@FunctionalInterface
public interface PackSink {

    /** Makes the pack durable. When this returns normally, it is. */
    void put(FinishedPack pack) throws InterruptedException;
}
