package dev.lifeboat.vault.pack;

/** What a slot of a pack holds. The codes are part of the format. */
public enum SlotKind {
    /** A block of a disk; only the holder of the session's key can open it. */
    BLOCK(1, Block.SIZE),
    /** A node of a tree; every writer can open it. */
    NODE(2, 1 << 12);

    private final int code;
    private final int maxContentBytes;

    SlotKind(int code, int maxContentBytes) {
        this.code = code;
        this.maxContentBytes = maxContentBytes;
    }

    public int code() {
        return code;
    }

    /** The most that its content may have, unpacked. */
    public int maxContentBytes() {
        return maxContentBytes;
    }

    /**
     * The kind with this code.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static SlotKind of(int code) {
        return switch (code) {
            case 1 -> BLOCK;
            case 2 -> NODE;
            default -> throw new IllegalArgumentException("a slot of kind " + code);
        };
    }
}
