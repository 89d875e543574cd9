package dev.lifeboat.vault.pack;

/** Opens sealed slots back to their content. Not for use by several threads at once. */
public final class SlotOpener {

    private final SlotKind kind;
    private final PackKeys keys;
    private final SlotCipher cipher;
    private final SlotContents contents;

    public SlotOpener(SlotKind kind, byte[] vaultId, PackKeys keys, Compression compression) {
        this.kind = kind;
        this.keys = keys;
        this.cipher = new SlotCipher(vaultId);
        this.contents = new SlotContents(kind, compression);
    }

    /**
     * Opens a sealed slot.
     *
     * @param from where the sealed slot starts in {@code sealed}
     * @param length how long it is there
     * @return how many bytes the content has, or a negative number when these bytes are not that slot
     */
    public int open(PackId pack, int slot, byte[] sealed, int from, int length, byte[] into) {
        return open(pack, slot, sealed, from, length, into, 0, into.length);
    }

    /**
     * Opens a sealed slot into a part of an array.
     *
     * @param from where the sealed slot starts in {@code sealed}
     * @param length how long it is there
     * @param at where the content goes in {@code into}
     * @param room how many bytes the content may have there
     * @return how many bytes the content has, or a negative number when these bytes are not that slot
     */
    public int open(PackId pack, int slot, byte[] sealed, int from, int length, byte[] into, int at, int room) {
        int plain = cipher.open(keys.of(pack, kind), kind, pack, slot, sealed, from, length, contents.plain());
        return contents.unwrap(plain, into, at, room);
    }
}
