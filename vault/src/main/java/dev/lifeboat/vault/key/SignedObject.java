package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The form of points, seals, sessions, owners, pins and configuration. Whatever {@link #decode} gives back was signed
 * by a key that this vault's issuer certified, for this name in this vault, and is otherwise untrusted JSON.
 * Thread-safe.
 *
 * <pre>
 * 0    "LIFEBOAT"
 * 8    u8   kind
 * 9    u8   format version, 0
 * 10   u16  flags: bit 0 = the body is sealed
 * 12   u32  length of all that follows
 * 16   u16  length c of the certificate
 * 18   [c]  certificate of who signed
 *      [16] salt, random
 *      u32  length b of the body
 *      [b]  body
 *      [64] signature
 * </pre>
 */
public final class SignedObject {

    /** The largest object in bytes. */
    public static final int MAX_BYTES = 64 << 20;

    /** The longest name in bytes: no name of the page comes near, and every store takes it. */
    public static final int MAX_NAME_BYTES = 1024;

    private static final byte[] MAGIC = Concatenation.ascii("LIFEBOAT");
    private static final byte[] DOMAIN = Concatenation.ascii("lifeboat/0 object\0");
    private static final byte VERSION = 0;
    private static final int FLAG_SEALED = 1;
    private static final int HEADER_BYTES = 16;
    private static final int CERTIFICATE_AT = HEADER_BYTES + Short.BYTES;
    private static final int SALT_BYTES = 16;
    private static final int FIXED_BYTES = CERTIFICATE_AT + SALT_BYTES + Integer.BYTES + VerifyingKey.SIGNATURE_BYTES;

    /**
     * What an object says, and who says it.
     *
     * @param kind one of those that were expected
     * @param signedBy the verified certificate of who signed; whether it covers the group is the caller's question
     * @param json the opened body, as it was signed
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once; a copy of 64 MiB would serve nobody
    public record Content(ObjectKind kind, Certificate signedBy, byte[] json) {}

    private SignedObject() {}

    /**
     * Signs an object, and seals its body if its kind is sealed.
     *
     * @param objectName the name under which it will be put; under another it is not valid
     * @param json the body
     * @param random gives the salt
     * @throws IllegalArgumentException if the object would be too large, or the signer is of another vault
     */
    public static byte[] encode(
            ObjectKind kind,
            String objectName,
            byte[] json,
            TrustAnchor anchor,
            Signer signer,
            RandomGenerator random) {
        if (!signer.certificate().vault().equals(anchor.vault())) {
            throw new IllegalArgumentException("the signer is of another vault");
        }
        byte[] name = objectName.getBytes(StandardCharsets.UTF_8);
        byte[] certificate = signer.certificate().encode();
        int bodyLength = json.length + (kind.sealed() ? Sealing.TAG_BYTES : 0);
        long size = (long) FIXED_BYTES + certificate.length + bodyLength;
        if (size > MAX_BYTES || name.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the object %s would have %,d bytes".formatted(objectName, size));
        }
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);

        byte[] prefix = prefix(anchor.vault(), name);
        byte[] signedBytes = new byte[prefix.length + (int) size];
        ByteBuffer signed = ByteBuffer.wrap(signedBytes);
        signed.put(prefix)
                .put(MAGIC)
                .put(kind.code())
                .put(VERSION)
                .putShort((short) (kind.sealed() ? FLAG_SEALED : 0))
                .putInt((int) size - HEADER_BYTES)
                .putShort((short) certificate.length)
                .put(certificate)
                .put(salt);
        byte[] associated = Arrays.copyOfRange(signedBytes, prefix.length, signed.position());
        signed.putInt(bodyLength).put(kind.sealed() ? sealBody(anchor, salt, name, associated, json) : json);
        signed.put(signer.sign(signedBytes, signed.position()));
        return Arrays.copyOfRange(signedBytes, prefix.length, signedBytes.length);
    }

    /**
     * Verifies an object and opens its body. Whatever the bytes are, nothing but a {@link LifeboatException} comes of
     * them, and no more memory is taken than a few times their own length.
     *
     * @param objectName the name under which it was found
     * @throws LifeboatException {@link ErrorCode#VAULT_OBJECT_DAMAGED}, or {@link ErrorCode#VAULT_FORMAT_UNKNOWN} for
     *     an object of a newer version
     */
    public static Content decode(byte[] object, String objectName, Set<ObjectKind> expected, TrustAnchor anchor) {
        Complaint complaint = Complaint.ofObject(objectName);
        byte[] name = objectName.getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_NAME_BYTES) {
            throw complaint.because("its name is too long");
        }
        ObjectKind kind = checkHeader(object, objectName, expected, complaint);
        Parts parts = Parts.of(object, complaint);
        Certificate certificate = Certificate.decode(
                Arrays.copyOfRange(object, CERTIFICATE_AT, parts.saltAt), anchor.issuer(), anchor.vault(), complaint);

        byte[] prefix = prefix(anchor.vault(), name);
        byte[] signed = Arrays.copyOf(prefix, prefix.length + parts.signatureAt);
        System.arraycopy(object, 0, signed, prefix.length, parts.signatureAt);
        if (!certificate.key().verifies(signed, signed.length, object, parts.signatureAt)) {
            throw complaint.because("its signature does not fit");
        }
        byte[] body = Arrays.copyOfRange(object, parts.bodyAt, parts.signatureAt);
        if (!kind.sealed()) {
            return new Content(kind, certificate, body);
        }
        byte[] salt = Arrays.copyOfRange(object, parts.saltAt, parts.saltAt + SALT_BYTES);
        byte[] associated = Arrays.copyOf(object, parts.saltAt + SALT_BYTES);
        byte[] key = bodyKey(anchor, salt, name);
        return Sealing.open(key, new byte[Sealing.NONCE_BYTES], associated, body)
                .map(json -> new Content(kind, certificate, json))
                .orElseThrow(() -> complaint.because("its body does not open"));
    }

    private static ObjectKind checkHeader(
            byte[] object, String objectName, Set<ObjectKind> expected, Complaint complaint) {
        if (object.length < FIXED_BYTES + Certificate.MIN_BYTES || object.length > MAX_BYTES) {
            throw complaint.because("it has %,d bytes".formatted(object.length));
        }
        ByteBuffer header = ByteBuffer.wrap(object);
        if (!Arrays.equals(object, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw complaint.because("it does not begin as objects do");
        }
        byte code = header.get(MAGIC.length);
        byte version = header.get(MAGIC.length + 1);
        if (version != VERSION) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FORMAT_UNKNOWN,
                    "The object %s is of the format version %d; this version reads %d."
                            .formatted(objectName, Byte.toUnsignedInt(version), VERSION));
        }
        ObjectKind kind = ObjectKind.of(code)
                .filter(expected::contains)
                .orElseThrow(() -> complaint.because("it is of a kind that does not belong there"));
        if (header.getShort(MAGIC.length + 2) != (kind.sealed() ? FLAG_SEALED : 0)) {
            throw complaint.because("its flags do not fit its kind");
        }
        if (header.getInt(HEADER_BYTES - Integer.BYTES) != object.length - HEADER_BYTES) {
            throw complaint.because("it has %,d bytes, and its header says another number".formatted(object.length));
        }
        return kind;
    }

    /** Where the parts of variable length stand, in an object whose header is right. */
    private record Parts(int saltAt, int bodyAt, int signatureAt) {

        static Parts of(byte[] object, Complaint complaint) {
            ByteBuffer buffer = ByteBuffer.wrap(object);
            int saltAt = CERTIFICATE_AT + Short.toUnsignedInt(buffer.getShort(HEADER_BYTES));
            int bodyAt = saltAt + SALT_BYTES + Integer.BYTES;
            int signatureAt = object.length - VerifyingKey.SIGNATURE_BYTES;
            if (bodyAt > signatureAt || buffer.getInt(bodyAt - Integer.BYTES) != signatureAt - bodyAt) {
                throw complaint.because("the lengths of its parts do not add up");
            }
            return new Parts(saltAt, bodyAt, signatureAt);
        }
    }

    /** What is signed before the object's own bytes. */
    private static byte[] prefix(VaultId vault, byte[] name) {
        return ByteBuffer.allocate(DOMAIN.length + VaultId.BYTES + Short.BYTES + name.length)
                .put(DOMAIN)
                .put(vault.bytes())
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    private static byte[] sealBody(TrustAnchor anchor, byte[] salt, byte[] name, byte[] associated, byte[] json) {
        // The key is new with every salt, so that its only nonce may be zero.
        return Sealing.seal(bodyKey(anchor, salt, name), new byte[Sealing.NONCE_BYTES], associated, json);
    }

    private static byte[] bodyKey(TrustAnchor anchor, byte[] salt, byte[] name) {
        byte[] info = Concatenation.join(Concatenation.ascii("lifeboat/0 body"), name);
        return anchor.treeKeys().derive(salt, info, Sealing.KEY_BYTES);
    }
}
