package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals and opens single slots with AES-256-GCM (NIST SP 800-38D).
 *
 * <pre>
 * nonce            8 zero bytes ‖ u32 slot
 * associated data  vault id [16] ‖ pack id [16] ‖ u32 slot ‖ u8 kind
 * </pre>
 *
 * A key belongs to one pack and one kind of slot, so that no nonce repeats under it. Not for use by several threads at
 * once.
 */
public final class SlotCipher {

    /** What sealing adds, in bytes. */
    public static final int TAG_LENGTH = 16;

    private static final int TAG_BITS = 8 * TAG_LENGTH;
    private static final int NONCE_LENGTH = 12;
    private static final int NOT_GENUINE = -1;

    private final Cipher cipher;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_LENGTH);
    private final ByteBuffer associated;
    private final int vaultIdLength;

    /** @param vaultId the id of the vault whose slots these are */
    public SlotCipher(byte[] vaultId) {
        vaultIdLength = vaultId.length;
        associated = ByteBuffer.allocate(vaultIdLength + PackId.LENGTH + Integer.BYTES + 1);
        associated.put(vaultId);
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    /** Seals the first {@code length} bytes of {@code plain} into {@code into}, where they take 16 bytes more. */
    public void seal(SecretKey key, SlotKind kind, SlotAddress place, byte[] plain, byte[] into) {
        try {
            prepare(Cipher.ENCRYPT_MODE, key, kind, place.pack(), place.slot());
            cipher.doFinal(plain, 0, place.length() - TAG_LENGTH, into, place.offset());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not seal", e);
        }
    }

    /**
     * Opens a sealed slot.
     *
     * @param from where the sealed slot starts in {@code sealed}
     * @param length how long it is there
     * @return the length of the plain slot, or a negative number when the sealed one is not genuine
     */
    public int open(
            SecretKey key, SlotKind kind, PackId pack, int slot, byte[] sealed, int from, int length, byte[] into) {
        if (length < TAG_LENGTH || length - TAG_LENGTH > into.length) {
            return NOT_GENUINE;
        }
        try {
            prepare(Cipher.DECRYPT_MODE, key, kind, pack, slot);
            return cipher.doFinal(sealed, from, length, into, 0);
        } catch (AEADBadTagException e) {
            return NOT_GENUINE;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not open", e);
        }
    }

    private void prepare(int mode, SecretKey key, SlotKind kind, PackId pack, int slot)
            throws GeneralSecurityException {
        nonce.putInt(NONCE_LENGTH - Integer.BYTES, slot);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce.array()));
        associated.position(vaultIdLength);
        pack.write(associated);
        associated.putInt(slot).put((byte) kind.code());
        cipher.updateAAD(associated.array());
    }
}
