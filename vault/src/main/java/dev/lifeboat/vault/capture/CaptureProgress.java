package dev.lifeboat.vault.capture;

/** Hears how far the taking of a disk is. Called by the thread that takes it. */
@FunctionalInterface
public interface CaptureProgress {

    /** Everything before this offset of the disk has been looked at, and so many bytes of it were read. */
    void reached(long offset, long readBytes);

    /** Asked before each piece of the disk: whether it may be looked at too. What is left is for another time. */
    default boolean goesOn() {
        return true;
    }
}
