package dev.lifeboat.vault.pack;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Puts contents into packs, and opens each again to compare it with what went in, while the source still has the data.
 * Not for use by several threads at once; several of them may share a {@link PackWriter}.
 */
public final class SlotSealer {

    private final SlotKind kind;
    private final PackKeys keys;
    private final SlotCipher cipher;
    private final SlotContents contents;
    private final SlotOpener opener;
    private final byte[] opened;
    private final CRC32C checksum = new CRC32C();

    public SlotSealer(SlotKind kind, byte[] vaultId, PackKeys keys, Compression compression) {
        this.kind = kind;
        this.keys = keys;
        this.cipher = new SlotCipher(vaultId);
        this.contents = new SlotContents(kind, compression);
        this.opener = new SlotOpener(kind, vaultId, keys, compression);
        this.opened = new byte[kind.maxContentBytes()];
    }

    /**
     * Seals a content into the next slot of a pack.
     *
     * @param digest the block's fingerprint or the node's hash
     * @return where it is, once the pack is stored
     * @throws LifeboatException with {@link ErrorCode#VAULT_READ_BACK_FAILED} when the slot does not open to the
     *     content; like any failure here, it is then that of the whole writer of packs
     */
    public SlotAddress seal(byte[] content, int offset, int length, Digest128 digest, PackWriter packs)
            throws InterruptedException {
        int plain = contents.wrap(content, offset, length);
        try (PackWriter.Place place = packs.reserve(kind, plain + SlotCipher.TAG_LENGTH, digest)) {
            fill(place, content, offset, length);
            return place.address();
        }
    }

    private void fill(PackWriter.Place place, byte[] content, int offset, int length) {
        SlotAddress address = place.address();
        byte[] pack = place.pack();
        try {
            cipher.seal(keys.of(address.pack(), kind), kind, address, contents.plain(), pack);
            // The checksum comes before the reading back: a change in between fails the one, a later one the other.
            checksum.reset();
            checksum.update(pack, address.offset(), address.length());
            int openedLength =
                    opener.open(address.pack(), address.slot(), pack, address.offset(), address.length(), opened);
            if (openedLength != length || !Arrays.equals(opened, 0, length, content, offset, offset + length)) {
                throw new LifeboatException(
                        ErrorCode.VAULT_READ_BACK_FAILED,
                        "Slot %d of pack %s did not open to what went in.".formatted(address.slot(), address.pack()));
            }
            place.sealed((int) checksum.getValue());
        } catch (RuntimeException e) {
            place.failed(e);
            throw e;
        }
    }
}
