package dev.lifeboat.vault.pack;

/**
 * The plain form of slots: {@code u8 codec ‖ payload}. Codec 0 is the content as it is, codec 1 a Zstandard frame. Not
 * for use by several threads at once: {@link #plain} is used again and again.
 */
final class SlotContents {

    private static final byte STORED = 0;
    private static final byte COMPRESSED = 1;

    private final Compression compression;
    private final byte[] plain;

    SlotContents(SlotKind kind, Compression compression) {
        this.compression = compression;
        this.plain = new byte[1 + kind.maxContentBytes()];
    }

    /** Where {@link #wrap} puts the plain slot, and from where {@link #unwrap} takes it. */
    byte[] plain() {
        return plain;
    }

    /** Makes a plain slot of a content and tells its length. */
    int wrap(byte[] content, int offset, int length) {
        int compressed = compression.compress(content, offset, length, plain, 1);
        if (compressed > 0 && compressed < length) {
            plain[0] = COMPRESSED;
            return 1 + compressed;
        }
        plain[0] = STORED;
        System.arraycopy(content, offset, plain, 1, length);
        return 1 + length;
    }

    /**
     * The content of the plain slot.
     *
     * @param length of the plain slot
     * @return how many bytes the content has, or a negative number when it is none or does not fit
     */
    int unwrap(int length, byte[] into, int at, int room) {
        if (length < 1) {
            return -1;
        }
        // A longer one might fit the array, but the format has none.
        int most = Math.min(room, plain.length - 1);
        return switch (plain[0]) {
            case STORED -> {
                if (length - 1 > most) {
                    yield -1;
                }
                System.arraycopy(plain, 1, into, at, length - 1);
                yield length - 1;
            }
            case COMPRESSED -> compression.expand(plain, 1, length - 1, into, at, most);
            default -> -1;
        };
    }
}
