package dev.lifeboat.vault.pack;

/** How contents are made smaller before they are sealed. Not for use by several threads at once. */
public interface Compression extends AutoCloseable {

    /**
     * Compresses.
     *
     * @param into takes the result from {@code at} on; it must be smaller than the source
     * @return how many bytes the result has, or 0 when it would not be smaller
     */
    int compress(byte[] from, int offset, int length, byte[] into, int at);

    /**
     * Expands what {@link #compress} made.
     *
     * @param into takes the result from {@code at} on
     * @param room how many bytes the result may have
     * @return how many bytes the result has, or a negative number when the source is damaged or does not fit
     */
    int expand(byte[] from, int offset, int length, byte[] into, int at, int room);

    /** Gives back what it has outside of Java's heap, if anything; it is not used any more. */
    @Override
    default void close() {}
}
