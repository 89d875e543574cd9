package dev.lifeboat.vault.pack;

/**
 * Where a sealed slot is.
 *
 * @param pack the pack that it was sealed in
 * @param slot its number in that pack
 * @param offset where it starts in the pack's object; a hint
 * @param length how many bytes it has there; a hint
 */
public record SlotAddress(PackId pack, int slot, int offset, int length) {

    /** The most slots of a pack, so that two bytes number them. */
    public static final int MAX_SLOTS = 65_535;

    /** The most bytes of a sealed slot, so that three bytes tell its length. */
    public static final int MAX_LENGTH = (1 << 24) - 1;

    /** @throws IllegalArgumentException when the numbers are none that the format has room for */
    public SlotAddress {
        if (slot < 0 || slot >= MAX_SLOTS || offset < 0 || length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("slot %d at %d, %d bytes long".formatted(slot, offset, length));
        }
    }
}
