package dev.lifeboat.vault.pack;

/** Compresses, then damages the result as bad memory would. */
public record FaultyCompression(Compression sound, Damage damage) implements Compression {

    /** What goes wrong with a compressed content. */
    @FunctionalInterface
    public interface Damage {

        /** Damages what lies in the array and tells how long it now is. */
        int apply(byte[] bytes, int at, int length);
    }

    @Override
    public int compress(byte[] from, int offset, int length, byte[] into, int at) {
        int size = sound.compress(from, offset, length, into, at);
        return size == 0 ? 0 : damage.apply(into, at, size);
    }

    @Override
    public int expand(byte[] from, int offset, int length, byte[] into, int at, int room) {
        return sound.expand(from, offset, length, into, at, room);
    }
}
